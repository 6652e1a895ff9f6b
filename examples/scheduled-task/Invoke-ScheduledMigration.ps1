<#
.SYNOPSIS
Carries a plan out unattended, from a scheduled task or cron, and says by its exit code how it went.

.DESCRIPTION
The plan is one that was made, rehearsed and approved beforehand, and exported with Export-MigrationPlan. Exit codes:

  0  done, or nothing to do
  1  bad input, or refused: nothing was changed
  2  failed, and what had been applied was undone
  3  failed and stopped: an operator must look
  4  applied, but the integrity checks failed
  5  another runner holds the target

.PARAMETER PlanPath
The exported plan, JSON or YAML.

.PARAMETER LockTimeout
How long to wait for another runner.

.PARAMETER ModulePath
The module to use when it is not installed.

.EXAMPLE
pwsh -NonInteractive -File Invoke-ScheduledMigration.ps1 -PlanPath /srv/shop/plan.json

.EXAMPLE
psmigrate Invoke-ScheduledMigration.ps1 -PlanPath /srv/shop/plan.json
#>
[CmdletBinding()]
param(
    [Parameter(Mandatory)]
    [string] $PlanPath,

    [TimeSpan] $LockTimeout = '00:05:00',

    [string] $ModulePath
)

Set-StrictMode -Version 3
$ErrorActionPreference = 'Stop'

function Write-Failure([System.Management.Automation.ErrorRecord] $Failure) {
    [Console]::Error.WriteLine($Failure.Exception.Message)
    if ($Failure.ErrorDetails -and $Failure.ErrorDetails.RecommendedAction) {
        [Console]::Error.WriteLine($Failure.ErrorDetails.RecommendedAction)
    }
}

try {
    if (-not (Get-Command -Name Invoke-Migration -ErrorAction Ignore)) {
        Import-Module -Name $(if ($ModulePath) { $ModulePath } else { 'PSMigrate' })
    }

    $plan = Get-MigrationPlan $PlanPath
    $plan = Backup-MigrationTarget -Plan $plan -Confirm:$false
}
catch {
    Write-Failure $_
    exit $(if ($_.CategoryInfo.Category -eq 'ResourceBusy') { 5 } else { 1 })
}

try {
    $plan = Invoke-Migration -Plan $plan -LockTimeout $LockTimeout -Confirm:$false
}
catch {
    Write-Failure $_
    $run = if ($_.TargetObject -and $_.TargetObject.PSObject.Properties['Run']) { $_.TargetObject.Run }
    exit $(
        if ($_.FullyQualifiedErrorId -like 'TargetLocked,*') { 5 }
        elseif (-not $run) { 1 }
        elseif ($run.Outcome -eq 'FailedAndUndone') { 2 }
        else { 3 })
}

"$($plan.Name): $($plan.Run.Summary)"
if ($plan.Run.Outcome -eq 'NothingToDo') {
    exit 0
}

if (-not (Test-MigrationIntegrity -Plan $plan -Quiet)) {
    [Console]::Error.WriteLine('The integrity checks failed: run Test-MigrationIntegrity on the plan to see which.')
    exit 4
}

exit 0
