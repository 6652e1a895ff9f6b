#Requires -Modules @{ ModuleName = 'Pester'; ModuleVersion = '5.0' }

# The module as it is shipped: PSMIGRATE_MODULE names its folder; otherwise it is what the build laid out.
BeforeAll {
    $folder = if ($env:PSMIGRATE_MODULE) { $env:PSMIGRATE_MODULE } else { Join-Path $PSScriptRoot '../../out/PSMigrate' }
    $manifest = Join-Path $folder 'PSMigrate.psd1'
    $script:expected = (Import-PowerShellDataFile -LiteralPath $manifest).CmdletsToExport | Sort-Object

    function Get-ExportedCmdlet {
        (Get-Command -Module PSMigrate).Name | Sort-Object
    }
}

AfterAll {
    Remove-Module -Name PSMigrate -ErrorAction Ignore
}

Describe 'The packaged module' {
    It 'has a valid manifest' {
        (Test-ModuleManifest -Path $manifest).Name | Should -Be 'PSMigrate'
    }

    It 'exports its cmdlets' {
        Import-Module $manifest
        Get-ExportedCmdlet | Should -Be $expected
    }

    It 'loses no cmdlet when it is imported again by force' {
        Import-Module $manifest -Force
        Import-Module $manifest -Force
        Get-ExportedCmdlet | Should -Be $expected
    }

    It 'can be removed and imported again' {
        Remove-Module PSMigrate
        Get-Module PSMigrate | Should -BeNullOrEmpty
        Import-Module $manifest
        Get-ExportedCmdlet | Should -Be $expected
    }

    It 'works in a runspace beside this one' {
        $names = 1..2 | ForEach-Object -Parallel {
            Import-Module $using:manifest
            (Get-Command -Module PSMigrate).Count
        }
        $names | Should -Be @($expected.Count, $expected.Count)
    }
}
