#Requires -Modules @{ ModuleName = 'Pester'; ModuleVersion = '5.0' }

# Whoever stands before a change at night has only the help at hand.
BeforeDiscovery {
    $folder = if ($env:PSMIGRATE_MODULE) { $env:PSMIGRATE_MODULE } else { Join-Path $PSScriptRoot '../../out/PSMigrate' }
    $manifest = Join-Path $folder 'PSMigrate.psd1'
    Import-Module $manifest
    $script:cmdlets = (Import-PowerShellDataFile -LiteralPath $manifest).CmdletsToExport
}

AfterAll {
    Remove-Module -Name PSMigrate -ErrorAction Ignore
}

Describe 'The help of <_>' -ForEach $cmdlets {
    BeforeAll {
        $script:help = Get-Help -Name $_ -Full
        $script:command = Get-Command -Name $_
    }

    It 'says what the cmdlet does' {
        $help.Synopsis.Trim() | Should -Not -BeNullOrEmpty
        # What PowerShell makes up where there is no help begins with the cmdlet's name.
        $help.Synopsis.Trim() | Should -Not -BeLike "$($command.Name) *"
        ($help.description | Out-String).Trim() | Should -Not -BeNullOrEmpty
    }

    It 'has examples' {
        @($help.examples.example).Count | Should -BeGreaterThan 0
    }

    It 'describes every parameter' {
        $cmdlet = [System.Management.Automation.PSCmdlet]
        $common = $cmdlet::CommonParameters + $cmdlet::OptionalCommonParameters
        $described = @{}
        foreach ($parameter in $help.parameters.parameter) {
            $described[$parameter.name] = ($parameter.description | Out-String).Trim()
        }

        $missing = $command.Parameters.Keys | Where-Object { $_ -notin $common -and -not $described[$_] }
        $missing | Should -BeNullOrEmpty
    }
}
