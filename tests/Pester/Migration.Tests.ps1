#Requires -Modules @{ ModuleName = 'Pester'; ModuleVersion = '5.0' }

# The module at work, as it is shipped, on databases that it makes itself.
BeforeAll {
    $folder = if ($env:PSMIGRATE_MODULE) { $env:PSMIGRATE_MODULE } else { Join-Path $PSScriptRoot '../../out/PSMigrate' }
    Import-Module (Join-Path $folder 'PSMigrate.psd1')

    function Get-RoomContent {
        $found = Get-ChildItem -LiteralPath $PWD -Recurse -Force | Sort-Object -Property FullName
        foreach ($entry in $found) {
            $hash = if ($entry.PSIsContainer) { 'folder' } else { (Get-FileHash -LiteralPath $entry.FullName).Hash }
            "$($entry.FullName) $hash"
        }
    }
}

AfterAll {
    Remove-Module -Name PSMigrate -ErrorAction Ignore
}

Describe 'A migration' {
    BeforeEach {
        # A space, brackets and an umlaut: folders have such names.
        $name = "room $([guid]::NewGuid().ToString('N')) [$([char] 0xE4)]"
        $room = New-Item -ItemType Directory -Path (Join-Path $TestDrive $name)
        Push-Location -LiteralPath $room.FullName
        $null = New-Item -ItemType Directory -Name migrations
        Set-Content -LiteralPath migrations/001_create_customers.sql -Value @'
-- Migration: create_customers

-- Forward migration
BEGIN TRANSACTION;
CREATE TABLE customers (id INTEGER PRIMARY KEY, name TEXT NOT NULL);
INSERT INTO customers (name) VALUES ('Ada'), ('Grace');
COMMIT;

-- Rollback (if needed)
-- BEGIN TRANSACTION;
-- DROP TABLE customers;
-- COMMIT;
'@
        Set-Content -LiteralPath migrations/002_add_email.sql -Value 'ALTER TABLE customers ADD COLUMN email TEXT;'
        $script:new = 'sqlite:Data Source=shop.db;Mode=ReadWriteCreate'
        $script:target = 'sqlite:shop.db'
    }

    AfterEach {
        Pop-Location
    }

    It 'goes from the scripts to the verification in one line' {
        $results = New-MigrationPlan -LiteralPath migrations -Target $new |
            Test-MigrationPlan |
            Backup-MigrationTarget |
            Invoke-Migration -Confirm:$false |
            Test-MigrationIntegrity
        $results | Should -Not -BeNullOrEmpty
        $results.Passed | Should -Not -Contain $false
        (Get-MigrationHistory $target).Step | Should -Be '001_create_customers', '002_add_email'
    }

    It 'is taken back' {
        $null = New-MigrationPlan -LiteralPath migrations -Target $new | Invoke-Migration -Confirm:$false
        $plan = Undo-Migration -Target $target -Confirm:$false
        $plan.Undo.Succeeded | Should -BeTrue
        (Get-MigrationHistory $target).IsApplied | Should -Not -Contain $true
        { Undo-Migration -Target $target -Confirm:$false } |
            Should -Throw -ErrorId 'NothingToUndo,PSMigrate.Cmdlets.UndoMigrationCommand'
    }

    It 'has nothing to do a second time' {
        $null = New-MigrationPlan -LiteralPath migrations -Target $new | Invoke-Migration -Confirm:$false
        $second = New-MigrationPlan -LiteralPath migrations -Target $target | Invoke-Migration -Confirm:$false
        $second.Run.Outcome | Should -Be 'NothingToDo'
    }

    It 'writes nothing under -WhatIf' {
        $before = Get-RoomContent
        New-MigrationPlan -LiteralPath migrations -Target $new |
            Test-MigrationPlan -WhatIf |
            Backup-MigrationTarget -WhatIf |
            Approve-MigrationPlan -WhatIf |
            Invoke-Migration -WhatIf
        New-MigrationScript add_phone -Path migrations -WhatIf
        Get-RoomContent | Should -Be $before
    }

    It 'is the same plan after <_>' -ForEach 'json', 'yaml' {
        $plan = New-MigrationPlan -LiteralPath migrations -Target $new | Test-MigrationPlan | Approve-MigrationPlan -Reason 'Seen'
        $null = $plan | Export-MigrationPlan "plan.$_"
        $read = Get-MigrationPlan "plan.$_"
        $read -eq $plan | Should -BeTrue
        $read.Approval.Reason | Should -Be 'Seen'
    }

    It 'is refused after a script was changed' {
        $null = New-MigrationPlan -LiteralPath migrations -Target $new | Approve-MigrationPlan | Export-MigrationPlan plan.json
        Add-Content -LiteralPath migrations/002_add_email.sql -Value '-- One more word.'
        { Get-MigrationPlan plan.json | Invoke-Migration -Force -Confirm:$false } |
            Should -Throw -ErrorId 'ScriptChanged,PSMigrate.Cmdlets.InvokeMigrationCommand'
        'shop.db' | Should -Not -Exist
    }

    It 'says where a script is wrong, and what to do' {
        Set-Content -LiteralPath migrations/003_wrong.sql -Value "SELECT 1;`nSELECT 'never closed;"
        $plan = New-MigrationPlan -LiteralPath migrations -Target $new -ErrorVariable problems -ErrorAction SilentlyContinue
        $plan | Should -BeNullOrEmpty
        $problems | Should -HaveCount 1
        $problems[0].FullyQualifiedErrorId | Should -Be 'UnclosedString,PSMigrate.Cmdlets.NewMigrationPlanCommand'
        $problems[0].CategoryInfo.Category | Should -Be 'InvalidArgument'
        $problems[0].ToString() | Should -BeLike '*003_wrong.sql:2:8*'
        $problems[0].ErrorDetails.RecommendedAction | Should -Not -BeNullOrEmpty
    }

    It 'undoes what it had applied when a rehearsed plan fails' {
        Set-Content -LiteralPath plan.yaml -Value @'
target: sqlite:Data Source=shop.db;Mode=ReadWriteCreate
steps:
  - sql: ./migrations
tests: [ ./smoke.ps1 ]
'@
        Set-Content -LiteralPath smoke.ps1 -Value "Write-Error 'It smokes'"
        $plan = New-MigrationPlan plan.yaml | Test-MigrationPlan
        { $plan | Invoke-Migration -Confirm:$false } |
            Should -Throw -ErrorId 'ScriptFailed,PSMigrate.Cmdlets.InvokeMigrationCommand'
        (Get-MigrationHistory $target).IsApplied | Should -Not -Contain $true
    }

    It 'runs script steps where the caller can be seen' {
        function Get-Greeting { 'Hello' }
        Set-Content -LiteralPath do.ps1 -Value @'
Set-Content -LiteralPath greeting.txt -Value "$(Get-Greeting) from $($Migration.Step)"
'@
        Set-Content -LiteralPath undo.ps1 -Value 'Remove-Item -LiteralPath greeting.txt'
        Set-Content -LiteralPath plan.yaml -Value @'
target: sqlite:Data Source=shop.db;Mode=ReadWriteCreate
steps:
  - script: { do: ./do.ps1, undo: ./undo.ps1 }
'@
        $null = New-MigrationPlan plan.yaml | Approve-MigrationPlan | Invoke-Migration -Confirm:$false
        Get-Content -LiteralPath greeting.txt | Should -Be 'Hello from do'
        $null = Undo-Migration -Target $target -Confirm:$false
        'greeting.txt' | Should -Not -Exist
    }

    It 'restores a backup' {
        $run = New-MigrationPlan -LiteralPath migrations -Target $new | Invoke-Migration -Confirm:$false
        $backup = Backup-MigrationTarget $target
        $null = $run | Undo-Migration -Confirm:$false
        $null = $backup | Restore-MigrationTarget -Confirm:$false
        (Get-MigrationHistory $target).IsApplied | Should -Not -Contain $false
        $run | Test-MigrationIntegrity -Quiet | Should -BeTrue
    }

    It 'clears old backups away, and keeps what a run needs' {
        $run = New-MigrationPlan -LiteralPath migrations -Target $new | Invoke-Migration -Confirm:$false
        $backups = 1..3 | ForEach-Object { Backup-MigrationTarget $target }
        $items = Remove-MigrationBackup -Target $target -KeepLast 2 -Confirm:$false
        $items.Removed | Should -Be $true, $false, $false
        $backups[0].Path | Should -Not -Exist
        $backups[2] | Remove-MigrationBackup -Confirm:$false -ErrorVariable problems -ErrorAction SilentlyContinue
        $problems[0].FullyQualifiedErrorId | Should -Be 'BackupNeeded,PSMigrate.Cmdlets.RemoveMigrationBackupCommand'
        $text = $items | Format-List | Out-String
        foreach ($part in 'Verdict +: Removable', 'Reason +: it is not one of the newest 2', 'Size +: \d+\.\d KiB') {
            $text | Should -Match $part
        }
        $text = $run | Get-MigrationHistory | Format-List | Out-String
        $text | Should -Match 'CanUndo +: True'
        $text | Should -Not -Match 'CannotUndoBecause'
    }

    It 'is shown as a plan' {
        $text = New-MigrationPlan -LiteralPath migrations -Target $new | Out-String -Width 120
        foreach ($part in 'Overview', 'Changes', 'Findings', 'Rollback', 'Dependencies') {
            $text | Should -BeLike "*$part*"
        }
    }
}
