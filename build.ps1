#!/usr/bin/env pwsh
<#
.SYNOPSIS
Builds, tests, analyses or packages PSMigrate.

.DESCRIPTION
A thin door for those who have PowerShell. The work itself is done by MSBuild: `dotnet build` and `dotnet test` do the
same without PowerShell.

.PARAMETER Task
Build lays the module out under out/PSMigrate, ready to import. Test runs every test, with Pester where it is installed.
Analyze runs PSScriptAnalyzer over every script. Package makes out/package/PSMigrate.<version>.zip: unpack it into a folder of
$env:PSModulePath.

.EXAMPLE
./build.ps1 -Task Package
#>
[CmdletBinding()]
param(
    [ValidateSet('Build', 'Test', 'Analyze', 'Package')]
    [string] $Task = 'Build',

    [ValidateSet('Debug', 'Release')]
    [string] $Configuration = $(if ($Task -eq 'Package') { 'Release' } else { 'Debug' })
)

Set-StrictMode -Version 3
$ErrorActionPreference = 'Stop'

$layout = [System.IO.Path]::Combine($PSScriptRoot, 'out', 'PSMigrate')
$solution = @([System.IO.Path]::Combine($PSScriptRoot, 'PSMigrate.sln'), '--configuration', $Configuration)

function Invoke-DotNet {
    & dotnet @args
    if ($LASTEXITCODE -ne 0) {
        throw "dotnet $($args[0]) failed with exit code $LASTEXITCODE."
    }
}

function Invoke-Build {
    Invoke-DotNet build @solution
}

function Invoke-Test {
    Invoke-DotNet test @solution

    if (Get-Module -Name Pester -ListAvailable) {
        Invoke-Pester -Path ([System.IO.Path]::Combine($PSScriptRoot, 'tests', 'Pester')) -CI
    }
    else {
        Write-Warning 'Pester is not installed: its suites were not run.'
    }
}

function Invoke-Analysis {
    # As it is laid out: only there are the manifest and the files that it names side by side.
    if (-not (Test-Path -LiteralPath $layout)) {
        Invoke-Build
    }

    $settings = [System.IO.Path]::Combine($PSScriptRoot, 'PSScriptAnalyzerSettings.psd1')
    $findings = @(
        foreach ($part in 'build.ps1', 'out/PSMigrate', 'examples', 'tests/Pester') {
            $path = [System.IO.Path]::Combine($PSScriptRoot, $part)
            if (Test-Path -LiteralPath $path) {
                Invoke-ScriptAnalyzer -Path $path -Recurse -Settings $settings
            }
        }
    )

    $findings
    if ($findings) {
        throw "PSScriptAnalyzer found $($findings.Count) problem(s)."
    }
}

function Invoke-Packaging {
    Invoke-Build

    $version = (Import-PowerShellDataFile -LiteralPath ([System.IO.Path]::Combine($layout, 'PSMigrate.psd1'))).ModuleVersion
    $folder = [System.IO.Path]::Combine($PSScriptRoot, 'out', 'package')
    $package = [System.IO.Path]::Combine($folder, "PSMigrate.$version.zip")

    $null = [System.IO.Directory]::CreateDirectory($folder)
    [System.IO.File]::Delete($package)
    [System.IO.Compression.ZipFile]::CreateFromDirectory($layout, $package, 'Optimal', $true)
    $package
}

switch ($Task) {
    Build { Invoke-Build }
    Test { Invoke-Test }
    Analyze { Invoke-Analysis }
    Package { Invoke-Packaging }
}
