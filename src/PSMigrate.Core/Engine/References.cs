using System.Text.RegularExpressions;
using PSMigrate.Targets;

namespace PSMigrate.Engine;

/// <summary>References to secrets, <c>${env:NAME}</c> and <c>${secret:NAME}</c>: resolved only when they are used.</summary>
public static partial class References
{
    /// <summary>The address with its references resolved; what is resolved is never shown or stored.</summary>
    /// <exception cref="MigrationException">SecretNotFound, SecretMissing.</exception>
    public static TargetAddress Resolve(TargetAddress address, MigrationServices services) => address.SecretIsMissing
        ? throw new MigrationException("SecretMissing", ErrorKind.InvalidInput, $"The secret of {address} is not kept with the plan.")
        {
            Offender = address.ToString(),
            RecommendedAction = "Write it as a reference such as ${env:NAME} or ${secret:NAME}.",
        }
        : address with { ConnectionWithSecrets = Resolve(address.ConnectionWithSecrets, services), Login = services.Login };

    public static string Resolve(string text, MigrationServices services) =>
        Reference().Replace(text, match => ResolveOne(match.Groups[1].Value, match.Groups[2].Value, services));

    /// <summary>What a reference stands for; null where there is nothing of that name.</summary>
    public static string? Find(string source, string name, MigrationServices services) =>
        source.Equals("env", StringComparison.OrdinalIgnoreCase) ? Environment.GetEnvironmentVariable(name) : services.ResolveSecret?.Invoke(name);

    /// <exception cref="MigrationException">SecretNotFound.</exception>
    public static string ResolveOne(string source, string name, MigrationServices services) => Find(source, name, services)
        ?? throw new MigrationException("SecretNotFound", ErrorKind.NotFound, $"The reference ${{{source}:{name}}} cannot be resolved.")
        {
            Offender = name,
            RecommendedAction = source.Equals("env", StringComparison.OrdinalIgnoreCase)
                ? $"Set the environment variable {name}."
                : $"Register the secret {name} with SecretManagement (Set-Secret), and import that module.",
        };

    [GeneratedRegex(@"\$\{(env|secret):([^}]+)\}", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Reference();
}
