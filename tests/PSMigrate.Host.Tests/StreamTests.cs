namespace PSMigrate.Host.Tests;

/// <summary>Each stream goes where pwsh sends it, and looks as it does there.</summary>
public sealed class StreamTests
{
    [Fact]
    public async Task Streams_are_told_apart()
    {
        HostResult result = await HostProcess.Command(
            """
            function Write-All {
                [CmdletBinding()] param()
                $PSCmdlet.WriteWarning('a warning')
                $PSCmdlet.WriteVerbose('a decision')
                $PSCmdlet.WriteDebug('a detail')
                $PSCmdlet.WriteInformation([Management.Automation.HostInformationMessage] @{ Message = 'to the host'; ForegroundColor = 'Green' }, [string[]] 'PSHOST')
                $PSCmdlet.WriteInformation('a milestone', [string[]] @())
                $PSCmdlet.WriteError([Management.Automation.ErrorRecord]::new([Exception] 'an error', 'Id', 'InvalidData', $null))
                'output'
            }
            $DebugPreference = 'Continue'
            Write-All -Verbose
            """);

        Assert.Equal(
            ["WARNING: a warning", "VERBOSE: a decision", "DEBUG: a detail", "to the host", "output"], result.Lines);
        Assert.Contains("an error", result.Error);
        Assert.DoesNotContain("\e", result.Output + result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_error_shows_where_it_was_raised()
    {
        using var folder = new ScriptFolder("'before'\nthrow 'the disk is full'");
        HostResult result = await folder.Run();
        Assert.Equal("before\n", result.Output);
        Assert.Equal(
            $"""
             Exception: {folder.Script}:2
             Line |
                2 |  throw 'the disk is full'
                  |  ~~~~~~~~~~~~~~~~~~~~~~~~
                  | the disk is full
             """,
            result.Error.Trim());
    }

    [Fact]
    public async Task An_error_says_what_is_recommended()
    {
        HostResult result = await HostProcess.Command(
            """
            $record = [Management.Automation.ErrorRecord]::new([Exception] 'locked', 'Locked', 'ResourceBusy', 'shop.db')
            $record.ErrorDetails = [Management.Automation.ErrorDetails]::new('shop.db is locked.')
            $record.ErrorDetails.RecommendedAction = 'Wait for the other run.'
            throw $record
            """);
        Assert.Contains("shop.db is locked.", result.Error);
        Assert.Contains("Recommendation: Wait for the other run.", result.Error);
    }

    [Fact]
    public async Task Objects_are_shown_in_tables_and_lists()
    {
        HostResult result = await HostProcess.Command(
            """
            [pscustomobject] @{ Change = 'add column'; Risk = 'Low' }
            $null = $Host
            """);
        Assert.Equal(["Change     Risk", "------     ----", "add column Low"], result.Lines);

        result = await HostProcess.Command("[pscustomobject] @{ A = 1; B = 2; C = 3; D = 4; E = 5 }");
        Assert.Equal(["A : 1", "B : 2", "C : 3", "D : 4", "E : 5"], result.Lines);
    }

    [Fact]
    public async Task WhatIf_says_what_it_would_do()
    {
        HostResult result = await HostProcess.Command(
            """
            function Remove-It { [CmdletBinding(SupportsShouldProcess)] param() if ($PSCmdlet.ShouldProcess('shop.db', 'Drop')) { 'dropped' } }
            Remove-It -WhatIf
            """);
        Assert.Equal("What if: Performing the operation \"Drop\" on target \"shop.db\".\n", result.Output);
    }

    [Fact]
    public async Task Progress_in_a_log_is_plain_and_rare()
    {
        HostResult result = await HostProcess.Command(
            """
            function Copy-It {
                [CmdletBinding()] param()
                $record = [Management.Automation.ProgressRecord]::new(1, 'Copying', 'orders')
                foreach ($percent in 0..100) { $record.PercentComplete = $percent; $PSCmdlet.WriteProgress($record) }
                $record.RecordType = 'Completed'
                $PSCmdlet.WriteProgress($record)
                'copied'
            }
            Copy-It
            """);
        Assert.Equal("copied\n", result.Output);
        Assert.Equal("Copying: orders, 0 %\nCopying: completed\n", result.Error);
    }
}
