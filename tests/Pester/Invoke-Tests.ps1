<#
.SYNOPSIS
Runs the Pester suites over a built module.

.PARAMETER ModulePath
The module's folder; what the build laid out unless given.

.EXAMPLE
./Invoke-Tests.ps1 -ModulePath ../../out/PSMigrate
#>
[CmdletBinding()]
param(
    [string] $ModulePath = [System.IO.Path]::Combine($PSScriptRoot, '..', '..', 'out', 'PSMigrate')
)

Set-StrictMode -Version 3
$ErrorActionPreference = 'Stop'

$before = $env:PSMIGRATE_MODULE
try {
    $env:PSMIGRATE_MODULE = (Resolve-Path -LiteralPath $ModulePath).ProviderPath
    $result = Invoke-Pester -Path $PSScriptRoot -PassThru
}
finally {
    $env:PSMIGRATE_MODULE = $before
}

exit $result.FailedCount
