using System.Text.Json.Serialization;

namespace PSMigrate.Targets;

/// <summary>
/// Where a target is: a scheme and what the scheme's driver calls a connection string, for example
/// <c>sqlite:shop.db</c>. Literal secrets are kept apart, so that the address can be shown and stored.
/// </summary>
/// <param name="Scheme">Lower case: sqlite, sqlserver, postgres, mysql, dir, host.</param>
/// <param name="Connection">As written, with literal secrets replaced by <c>***</c>.</param>
public sealed record TargetAddress(string Scheme, string Connection)
{
    /// <summary>The connection string with its secrets; never written anywhere.</summary>
    [JsonIgnore]
    public string ConnectionWithSecrets { get; init; } = Connection;

    /// <summary>What to log in with where the connection string does not say; never written anywhere.</summary>
    [JsonIgnore]
    public TargetLogin? Login { get; init; }

    /// <summary>True when a literal secret was left out, so that the address cannot be opened without it.</summary>
    [JsonIgnore]
    public bool SecretIsMissing => ConnectionWithSecrets == Connection && Connection.Contains(ConnectionSecrets.Mask, StringComparison.Ordinal);

    /// <exception cref="MigrationException">The text has no scheme or no connection.</exception>
    public static TargetAddress Parse(string text)
    {
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        if (colon < 2 || !text.AsSpan(0, colon).ContainsOnlyLetters())
        {
            // Whoever forgets the scheme has written a connection string: it may hold a password.
            var shown = ConnectionSecrets.Hide(text);
            throw new MigrationException("TargetAddressInvalid", ErrorKind.InvalidInput, $"'{shown}' is not a target address.")
            {
                Offender = shown,
                RecommendedAction = "Write the kind of target, a colon and where it is, for example sqlite:shop.db.",
            };
        }

        var connection = text[(colon + 1)..].Trim();
        return new TargetAddress(text[..colon].ToLowerInvariant(), ConnectionSecrets.Hide(connection)) { ConnectionWithSecrets = connection };
    }

    public bool Equals(TargetAddress? other) => other is not null && Scheme == other.Scheme && Connection == other.Connection;

    public override int GetHashCode() => HashCode.Combine(Scheme, Connection);

    public override string ToString() => $"{Scheme}:{Connection}";
}

file static class SpanLetters
{
    public static bool ContainsOnlyLetters(this ReadOnlySpan<char> text)
    {
        foreach (var c in text)
        {
            if (!char.IsAsciiLetter(c))
            {
                return false;
            }
        }

        return true;
    }
}
