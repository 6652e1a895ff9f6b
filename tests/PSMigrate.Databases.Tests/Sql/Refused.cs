using Xunit;

namespace PSMigrate.Databases.Tests.Sql;

/// <summary>Asserts on errors as a user meets them: by identifier, with advice, and at a place.</summary>
internal static class Refused
{
    public static MigrationException With(string errorId, Action action)
    {
        var error = Assert.Throws<MigrationException>(action);
        Assert.True(errorId == error.ErrorId, $"expected {errorId}, but was {error.ErrorId}: {error.Message}");
        Assert.False(string.IsNullOrWhiteSpace(error.RecommendedAction), $"{errorId} does not say what to do");
        return error;
    }

    public static async Task<MigrationException> WithAsync(string errorId, Func<Task> action)
    {
        var error = await Assert.ThrowsAsync<MigrationException>(action);
        return Is(errorId, error);
    }

    /// <summary>The same for a failure that an act returned.</summary>
    public static MigrationException Is(string errorId, MigrationException? error)
    {
        Assert.NotNull(error);
        return With(errorId, () => throw error);
    }

    public static MigrationException At(int line, int column, string errorId, Action action)
    {
        var error = With(errorId, action);
        Assert.NotNull(error.Place);
        Assert.Equal((line, column), (error.Place.Line, error.Place.Column));
        Assert.StartsWith(error.Place.ToString(), error.Message);
        return error;
    }
}
