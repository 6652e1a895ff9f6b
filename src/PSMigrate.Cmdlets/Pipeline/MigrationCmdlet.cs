using System.Management.Automation;
using PSMigrate.Code;
using PSMigrate.Databases;
using PSMigrate.Databases.Data.Copying;
using PSMigrate.Databases.Data.Transforming;
using PSMigrate.Databases.Servers;
using PSMigrate.Databases.Servers.MySql;
using PSMigrate.Databases.Servers.PostgreSql;
using PSMigrate.Databases.Servers.SqlServer;
using PSMigrate.Databases.Sqlite;
using PSMigrate.Engine;
using PSMigrate.Infrastructure;
using PSMigrate.Targets;

namespace PSMigrate.Cmdlets.Pipeline;

/// <summary>What all cmdlets share: the engine's services in this session, stopping, and errors as PowerShell knows them.</summary>
public abstract class MigrationCmdlet : PSCmdlet, IDisposable
{
    private const string FileSystem = "FileSystem";

    private readonly CancellationTokenSource stop = new();

    /// <summary>What the cmdlet is working on: the target of errors that have none.</summary>
    private protected abstract object? Subject { get; }

    protected string CurrentFolder => SessionState.Path.CurrentFileSystemLocation.ProviderPath;

    protected override void StopProcessing() => stop.Cancel();

    /// <summary>Runs work of the engine; its progress, messages and scripts come to this pipeline. Its errors end the cmdlet.</summary>
    private protected T Run<T>(Func<MigrationServices, IMigrationObserver, CancellationToken, Task<T>> work)
    {
        try
        {
            return RunThrowing(work);
        }
        catch (MigrationException e)
        {
            ThrowTerminatingError(Errors.Record(e, Subject));
            throw;
        }
    }

    /// <summary>The same, for those who want to handle the engine's errors themselves.</summary>
    private protected T RunThrowing<T>(Func<MigrationServices, IMigrationObserver, CancellationToken, Task<T>> work)
    {
        var bridge = new PipelineBridge(this);
        var services = new MigrationServices
        {
            Catalog = NewCatalog(),
            Scripts = new SessionScripts(this, bridge),
            Login = NewLogin(),
            ResolveSecret = name => bridge.OnPipelineAsync(() => ReadSecret(name)).GetAwaiter().GetResult(),
        };
        try
        {
            var result = bridge.Run(cancel => work(services, bridge, cancel), stop);
            if (services.Login is { WasUsed: false })
            {
                WriteWarning("No target has taken the given login: it is for servers whose address has no password of its own, and a token is for SQL Server.");
            }

            return result;
        }
        catch (OperationCanceledException)
        {
            throw new PipelineStoppedException();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new MigrationException("FileOperationFailed", e is IOException ? ErrorKind.Failed : ErrorKind.Denied, e.Message, e)
            {
                RecommendedAction = "Look at the disk and the rights that the message names.",
            };
        }
    }

    /// <summary>What the user gave to log in with; null for nothing.</summary>
    private protected virtual TargetLogin? NewLogin() => null;

    private protected static MigrationCatalog NewCatalog() => new MigrationCatalog()
        .Add(new SqliteTargetKind())
        .Add(new ServerTargetKind(() => new PostgreSqlEngine()))
        .Add(new ServerTargetKind(() => new SqlServerEngine()))
        .Add(new ServerTargetKind(() => new MySqlEngine()))
        .Add(new DirectoryTargetKind())
        .Add(new HostTargetKind())
        .Add(new SqlStepKind())
        .Add(new CopyStepKind())
        .Add(new TransformStepKind())
        .Add(new ScriptStepKind())
        .Add(new QueryCheckKind());

    /// <summary>A target as the user wrote it, independent of the current folder.</summary>
    private protected TargetAddress ResolveTarget(string text)
    {
        try
        {
            return ResolveTargetThrowing(text);
        }
        catch (MigrationException e)
        {
            ThrowTerminatingError(Errors.Record(e));
            throw;
        }
    }

    /// <summary>The same, for one target of several.</summary>
    private protected TargetAddress ResolveTargetThrowing(string text)
    {
        var address = TargetAddress.Parse(text);
        return NewCatalog().Target(address.Scheme).Normalize(address, CurrentFolder);
    }

    /// <summary>The full path of a file or folder, there or not. What is no path of a file ends the cmdlet.</summary>
    private protected string ResolvePath(string path)
    {
        try
        {
            return ResolvePathThrowing(path);
        }
        catch (MigrationException e)
        {
            ThrowTerminatingError(Errors.Record(e));
            throw;
        }
    }

    /// <summary>The same, for one path of several.</summary>
    /// <exception cref="MigrationException">PathNotFound, PathNotInFileSystem.</exception>
    private protected string ResolvePathThrowing(string path)
    {
        try
        {
            var full = SessionState.Path.GetUnresolvedProviderPathFromPSPath(path, out var provider, out _);
            return provider.Name == FileSystem ? full : throw NotAFile(path, provider.Name);
        }
        catch (SessionStateException e)
        {
            throw NoSuchDrive(path, e);
        }
    }

    /// <summary>What a path with wildcards stands for; a path without them is itself, there or not.</summary>
    /// <param name="errorId">The error where wildcards find nothing: then nothing would be done, and nobody told.</param>
    /// <exception cref="MigrationException">PathNotFound, PathNotInFileSystem, or that error.</exception>
    private protected IReadOnlyList<string> ExpandPath(string path, string errorId)
    {
        if (!WildcardPattern.ContainsWildcardCharacters(path))
        {
            return [ResolvePathThrowing(path)];
        }

        try
        {
            var found = SessionState.Path.GetResolvedProviderPathFromPSPath(path, out var provider);
            if (provider.Name != FileSystem)
            {
                throw NotAFile(path, provider.Name);
            }

            if (found.Count > 0)
            {
                return [.. found.Order(StringComparer.Ordinal)];
            }
        }
        catch (ItemNotFoundException)
        {
            // Nothing was found in a folder that is not there: the same as nothing found.
        }
        catch (SessionStateException e)
        {
            throw NoSuchDrive(path, e);
        }

        throw new MigrationException(errorId, ErrorKind.NotFound, $"Nothing is at {path}.")
        {
            Offender = path,
            RecommendedAction = "Check the path; where brackets or other wildcards are part of the name, use -LiteralPath.",
        };
    }

    /// <summary>Asks before something changes, in one sentence that says what.</summary>
    /// <param name="isWhatIf">True when the answer is no because only the question was wanted.</param>
    private protected bool Ask(string target, string action, out bool isWhatIf)
    {
        var yes = ShouldProcess($"Performing the operation \"{action}\" on target \"{target}\".", $"{action}: {target}?", "PSMigrate", out var reason);
        isWhatIf = reason == ShouldProcessReason.WhatIf;
        return yes;
    }

    private protected static string Steps(int count) => count == 1 ? "1 step" : $"{count} steps";

    public void Dispose()
    {
        stop.Dispose();
        GC.SuppressFinalize(this);
    }

    private static MigrationException NotAFile(string path, string provider) =>
        new("PathNotInFileSystem", ErrorKind.InvalidInput, $"'{path}' is a path of the provider {provider}, not of a file.")
        {
            Offender = path,
            RecommendedAction = "Give a full path, or go to a folder first.",
        };

    private static MigrationException NoSuchDrive(string path, SessionStateException e) =>
        new("PathNotFound", ErrorKind.NotFound, $"'{path}' is no path: {e.Message}", e)
        {
            Offender = path,
            RecommendedAction = "Check the path.",
        };

    /// <summary>From SecretManagement, where that module is at hand.</summary>
    private string? ReadSecret(string name)
    {
        if (InvokeCommand.GetCommand("Get-Secret", CommandTypes.All) is null)
        {
            return null;
        }

        var found = InvokeCommand.InvokeScript(true, InvokeCommand.NewScriptBlock("param($n) Get-Secret -Name $n -AsPlainText"), null, name);
        return found.Count == 1 ? found[0]?.BaseObject as string : null;
    }
}
