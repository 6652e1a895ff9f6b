<#
.SYNOPSIS
Makes a small shop database and migrates it: plan, rehearse, back up, run, verify, and undo.

.DESCRIPTION
Everything happens in a new folder under the temporary folder, which is named at the end and left for you to look at.

.EXAMPLE
dotnet run --project src/PSMigrate.Host -- examples/quickstart/quickstart.ps1

.EXAMPLE
pwsh examples/quickstart/quickstart.ps1
#>
[CmdletBinding()]
param()

Set-StrictMode -Version 3
$ErrorActionPreference = 'Stop'

if (-not (Get-Command -Name New-MigrationPlan -ErrorAction Ignore)) {
    Import-Module -Name ([System.IO.Path]::Combine($PSScriptRoot, '..', '..', 'out', 'PSMigrate', 'PSMigrate.psd1'))
}

# A place of its own, with a copy of the migrations, so that nothing is written beside this script.
$folder = [System.IO.Directory]::CreateTempSubdirectory('psmigrate-quickstart-').FullName
foreach ($name in 'shop', 'migrations') {
    $null = [System.IO.Directory]::CreateDirectory([System.IO.Path]::Combine($folder, $name))
    foreach ($file in [System.IO.Directory]::GetFiles([System.IO.Path]::Combine($PSScriptRoot, $name))) {
        [System.IO.File]::Copy($file, [System.IO.Path]::Combine($folder, $name, [System.IO.Path]::GetFileName($file)))
    }
}

$database = [System.IO.Path]::Combine($folder, 'shop.db')
$untouched = [System.IO.Path]::Combine($folder, 'untouched.db')

'== The shop: a database that is not there yet is asked for with Mode=ReadWriteCreate'
New-MigrationPlan "$folder/shop" -Target "sqlite:Data Source=$database;Mode=ReadWriteCreate" |
    Invoke-Migration -Confirm:$false | Out-Null
[System.IO.File]::Copy($database, $untouched)

''
'== The plan: nothing is changed by making it'
New-MigrationPlan "$folder/migrations" -Target "sqlite:$database" | Out-Host

'== Rehearsed on a copy, backed up, run and verified'
New-MigrationPlan "$folder/migrations" -Target "sqlite:$database" |
    Test-MigrationPlan |
    Backup-MigrationTarget |
    Invoke-Migration -Confirm:$false -OutVariable run |
    Test-MigrationIntegrity |
    Out-Host

'== What the run did'
$run[0].Run.Steps | Out-Host

'== What the database has had'
Get-MigrationHistory "sqlite:$database" | Out-Host

'== And back again'
$undone = Undo-Migration -Target "sqlite:$database" -Confirm:$false
$undone.Undo.Steps | Out-Host

'== The database is as it was, in structure and in every row'
Test-MigrationIntegrity -Target "sqlite:$database" -ReferenceTarget "sqlite:$untouched" | Out-Host

"All of it is in $folder"
