@{
    RootModule           = 'PSMigrate.psm1'
    ModuleVersion        = '0.1.0'
    GUID                 = '48bbde31-7212-4be3-916a-81689830a010'
    Author               = 'PSMigrate contributors'
    CompanyName          = 'PSMigrate contributors'
    Copyright            = '(c) PSMigrate contributors. MIT licence.'
    Description          = @'
Plans, rehearses, runs, verifies and undoes risky migrations of databases, data, code and infrastructure.
Needs PowerShell 7.4 or later: Windows PowerShell 5.1 is out of scope.
'@
    PowerShellVersion    = '7.4'
    CompatiblePSEditions = @('Core')
    FormatsToProcess     = @('PSMigrate.Format.ps1xml')
    CmdletsToExport      = @(
        'New-MigrationScript'
        'New-MigrationPlan'
        'Get-MigrationPlan'
        'Export-MigrationPlan'
        'Approve-MigrationPlan'
        'Test-MigrationPlan'
        'Backup-MigrationTarget'
        'Restore-MigrationTarget'
        'Remove-MigrationBackup'
        'Invoke-Migration'
        'Test-MigrationIntegrity'
        'Undo-Migration'
        'Get-MigrationHistory'
    )
    FunctionsToExport    = @()
    AliasesToExport      = @()
    VariablesToExport    = @()
    PrivateData          = @{
        PSData = @{
            Tags       = @(
                'Migration', 'Database', 'Schema', 'Rollback', 'Backup', 'SQLite', 'SqlServer'
                'PSEdition_Core', 'Windows', 'Linux', 'MacOS'
            )
            LicenseUri = 'https://opensource.org/license/mit'
        }
    }
}
