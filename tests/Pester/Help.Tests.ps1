#Requires -Modules @{ ModuleName = 'Pester'; ModuleVersion = '5.0' }

# Whoever stands before a change at night has only the help at hand.
BeforeDiscovery {
    $folder = if ($env:PSMIGRATE_MODULE) { $env:PSMIGRATE_MODULE } else { Join-Path $PSScriptRoot '../../out/PSMigrate' }
    $manifest = Join-Path $folder 'PSMigrate.psd1'
    Import-Module $manifest
    $script:cmdlets = (Import-PowerShellDataFile -LiteralPath $manifest).CmdletsToExport
}

BeforeAll {
    $folder = if ($env:PSMIGRATE_MODULE) { $env:PSMIGRATE_MODULE } else { Join-Path $PSScriptRoot '../../out/PSMigrate' }
    $script:language = Join-Path $folder 'en-US'
    $script:exported = (Import-PowerShellDataFile -LiteralPath (Join-Path $folder 'PSMigrate.psd1')).CmdletsToExport

    $script:documented = Get-Content -LiteralPath (Join-Path $PSScriptRoot '../../docs/errors.md') -Raw

    function Get-HelpText($Content) {
        ($Content | Out-String).Trim()
    }

    function Get-OwnParameter($Command) {
        $common = [System.Management.Automation.PSCmdlet]::CommonParameters
        $Command.Parameters.Values | Where-Object -Property Name -NotIn $common
    }

    # The metadata of a parameter in the words of the help, in one line so that a difference can be read.
    function Get-TrueFact($Command, $Name) {
        $parameter = $Command.Parameters[$Name]
        $inSets = @($Command.ParameterSets.Parameters | Where-Object -Property Name -EQ $Name)
        $position = @($inSets.Position | Select-Object -Unique | ForEach-Object { $_ -lt 0 ? 'named' : "$_" }) -join '/'
        $required = @($inSets.IsMandatory | Select-Object -Unique) -join '/'
        $pipeline = if ($inSets.ValueFromPipeline -contains $true) {
            'True (ByValue)'
        }
        elseif ($inSets.ValueFromPipelineByPropertyName -contains $true) {
            'True (ByPropertyName)'
        }
        else {
            'False'
        }
        $type = [System.Nullable]::GetUnderlyingType($parameter.ParameterType) ?? $parameter.ParameterType
        $aliases = if ($parameter.Aliases) { $parameter.Aliases -join ', ' } else { 'none' }
        $wildcards = $parameter.Attributes.TypeId -contains [System.Management.Automation.SupportsWildcardsAttribute]
        "required $required, position $position, pipeline $pipeline, $($type.Name), aliases $aliases, wildcards $wildcards"
    }

    function Get-ToldFact($Parameter) {
        $told = $Parameter
        "required $($told.required), position $($told.position), pipeline $($told.pipelineInput), $($told.type.name), " +
        "aliases $($told.aliases), wildcards $($told.globbing)"
    }

    # A parameter as it stands in a call, without its type: [-Plan], [-Force] and the like.
    function Get-CallPart([string] $Name, [bool] $IsRequired, [bool] $IsPositional) {
        $text = if ($IsPositional) { "[-$Name]" } else { "-$Name" }
        if ($IsRequired) { $text } else { "[$text]" }
    }

    function Get-TrueCall($Command) {
        $common = [System.Management.Automation.PSCmdlet]::CommonParameters
        foreach ($set in $Command.ParameterSets) {
            $own = $set.Parameters | Where-Object -Property Name -NotIn $common | Sort-Object -Property Name
            @($own | ForEach-Object { Get-CallPart $_.Name $_.IsMandatory ($_.Position -ge 0) }) -join ' '
        }
    }

    function Get-ToldCall($Help) {
        foreach ($item in $Help.syntax.syntaxItem) {
            $own = $item.parameter | Sort-Object -Property name
            @($own | ForEach-Object { Get-CallPart $_.name ($_.required -eq 'true') ($_.position -ne 'named') }) -join ' '
        }
    }

    # What is wrong with a piece of code that nobody runs here; nothing where all is well.
    function Get-CodeFault($Code) {
        $errors = $null
        $tree = [System.Management.Automation.Language.Parser]::ParseInput($Code, [ref] $null, [ref] $errors)
        $errors | ForEach-Object { "$($_.Message) ($($_.Extent.Text))" }
        foreach ($call in $tree.FindAll({ $args[0] -is [System.Management.Automation.Language.CommandAst] }, $true)) {
            $name = $call.GetCommandName()
            $command = Get-Command -Name $name -ErrorAction Ignore
            if (-not $command) {
                "There is no command $name."
                continue
            }

            foreach ($element in $call.CommandElements) {
                if ($element -is [System.Management.Automation.Language.CommandParameterAst] -and
                    -not $command.Parameters.ContainsKey($element.ParameterName)) {
                    "$name has no parameter $($element.ParameterName)."
                }
            }

            $binding = [System.Management.Automation.Language.StaticParameterBinder]::BindCommand($call, $true)
            $binding.BindingExceptions.Values | ForEach-Object { "${name}: $($_.BindingException.Message)" }
        }
    }
}

AfterAll {
    Remove-Module -Name PSMigrate -ErrorAction Ignore
}

Describe 'The help file' {
    It 'has the cmdlets that are exported, and no other' {
        $file = [xml] (Get-Content -LiteralPath (Join-Path $language 'PSMigrate.Cmdlets.dll-Help.xml') -Raw)
        $names = $file.SelectNodes("//*[local-name() = 'details']/*[local-name() = 'name']")
        @($names).InnerText | Should -Be $exported
    }
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
        Get-HelpText $help.description | Should -Not -BeNullOrEmpty
    }

    It 'says how it is called' {
        Get-ToldCall $help | Sort-Object | Should -Be (Get-TrueCall $command | Sort-Object)
    }

    It 'describes every parameter, and none that does not exist' {
        $described = @($help.parameters.parameter | Where-Object { Get-HelpText $_.description })
        $described.name | Sort-Object | Should -Be ((Get-OwnParameter $command).Name | Sort-Object)
    }

    It 'says of every parameter what is true of it' {
        foreach ($parameter in $help.parameters.parameter) {
            Get-ToldFact $parameter | Should -Be (Get-TrueFact $command $parameter.name) -Because "-$($parameter.name) is so"
        }
    }

    It 'names the values that a parameter takes' {
        foreach ($parameter in Get-OwnParameter $command) {
            $type = [System.Nullable]::GetUnderlyingType($parameter.ParameterType) ?? $parameter.ParameterType
            $set = $parameter.Attributes | Where-Object { $_ -is [System.Management.Automation.ValidateSetAttribute] }
            $values = if ($set) { $set.ValidValues } elseif ($type.IsEnum) { [enum]::GetNames($type) }
            if ($values) {
                $told = $help.syntax.syntaxItem.parameter | Where-Object -Property name -EQ $parameter.Name
                $told.parameterValueGroup.parameterValue | Select-Object -Unique | Should -Be $values
                $text = Get-HelpText ($help.parameters.parameter | Where-Object -Property name -EQ $parameter.Name).description
                $missing = $values | Where-Object { $text -cnotmatch "\b$_\b" }
                $missing | Should -BeNullOrEmpty -Because "-$($parameter.Name) takes them"
            }
        }
    }

    It 'says what goes in and what comes out' {
        $outputs = @($help.returnValues.returnValue)
        $outputs.type.name | Sort-Object | Should -Be ($command.OutputType.Name | Sort-Object)
        foreach ($value in @($help.inputTypes.inputType) + $outputs) {
            Get-HelpText $value.description | Should -Not -BeNullOrEmpty
        }
    }

    It 'says by which ids its errors are known, and names none that is not documented' {
        $head, $notes = $help.alertSet.alert.Text
        $head | Should -Match ([regex]::Escape("$($command.ImplementingType.FullName);"))
        # Words of several humps, without those that are PowerShell's.
        $named = [regex]::Matches($notes -join ' ', '(?<![-.])\b[A-Z][a-z]+(?:[A-Z][a-z]*)+\b').Value | Select-Object -Unique
        $ids = $named | Where-Object { $_ -notin 'TargetObject', 'ResourceBusy' }
        $ids | Should -Not -BeNullOrEmpty
        $ids | Where-Object { $documented -cnotmatch "(?m)^\| ``$_`` \|" } | Should -BeNullOrEmpty
    }

    It 'has two examples at least, each with a title and a remark' {
        $examples = @($help.examples.example)
        $examples.Count | Should -BeGreaterOrEqual 2
        foreach ($example in $examples) {
            $example.title | Should -Match '^-+ Example \d+: .+ -+$'
            $example.code | Should -Match $command.Name
            Get-HelpText $example.remarks | Should -Not -BeNullOrEmpty
        }
    }

    It 'has examples that are written as they can be run' {
        foreach ($example in $help.examples.example) {
            Get-CodeFault $example.code | Should -BeNullOrEmpty -Because $example.title
        }
    }

    It 'leads on to help that exists' {
        foreach ($link in $help.relatedLinks.navigationLink.linkText) {
            $topic = Join-Path $language "$link.help.txt"
            $link -in $exported -or (Test-Path -LiteralPath $topic) | Should -BeTrue -Because $link
        }
    }
}

Describe 'The guard of the examples' {
    It 'sees <_>' -ForEach @(
        'Invoke-Migrations -Plan $plan'
        'Invoke-Migration -Plans $plan'
        'Get-MigrationHistory -Plan $plan -Target sqlite:shop.db'
        'New-MigrationPlan ./migrations sqlite:shop.db more'
        'if (Get-MigrationHistory sqlite:shop.db) {'
    ) {
        Get-CodeFault $_ | Should -Not -BeNullOrEmpty
    }
}
