using PSMigrate.Databases.Tests.Servers;
using Xunit;

namespace PSMigrate.Databases.Tests.PostgreSql;

/// <summary>Databases with the corpus in them, copied from one that is filled once.</summary>
public sealed class CorpusDatabase(PostgreSqlServer server) : IAsyncLifetime
{
    private PostgreSqlDatabase? template;

    public async ValueTask InitializeAsync()
    {
        template = await server.CreateDatabaseAsync();
        await template.ExecuteEachAsync(Corpus.Copied);
    }

    public Task<PostgreSqlDatabase> CopyAsync() => server.CreateDatabaseAsync(template: template!.Name);

    public ValueTask DisposeAsync() => template?.DisposeAsync() ?? ValueTask.CompletedTask;
}
