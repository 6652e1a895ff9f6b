@{
    Severity = @('Error', 'Warning')

    Rules    = @{
        PSPlaceOpenBrace           = @{ Enable = $true; OnSameLine = $true; NewLineAfter = $true; IgnoreOneLineBlock = $true }
        PSPlaceCloseBrace          = @{ Enable = $true; NewLineAfter = $true; IgnoreOneLineBlock = $true; NoEmptyLineBefore = $true }
        PSUseConsistentIndentation = @{ Enable = $true; IndentationSize = 4; Kind = 'space' }
        PSUseConsistentWhitespace  = @{ Enable = $true; IgnoreAssignmentOperatorInsideHashTable = $true }
        PSAvoidLongLines           = @{ Enable = $true; MaximumLineLength = 130 }
        PSUseCompatibleSyntax      = @{ Enable = $true; TargetVersions = @('7.4') }
    }
}
