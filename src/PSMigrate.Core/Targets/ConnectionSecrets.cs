using System.Text;
using System.Text.RegularExpressions;

namespace PSMigrate.Targets;

/// <summary>
/// Replaces the literal secrets of a connection string and leaves the rest as it was written. Where a text is not well formed, it
/// hides too much rather than too little.
/// </summary>
internal static partial class ConnectionSecrets
{
    public const string Mask = "***";

    /// <summary>Parts of key names; compared without spaces, hyphens and underscores.</summary>
    private static readonly string[] SecretWords =
        ["password", "passwd", "passphrase", "passcode", "pwd", "psw", "secret", "token", "accountkey", "accesskey", "apikey", "sharedaccesssignature"];

    public static string Hide(string connection)
    {
        var text = UserInformation().Replace(connection, $"$1{Mask}@");
        return text.StartsWith("//", StringComparison.Ordinal) && text.IndexOf('?', StringComparison.Ordinal) is > 0 and var query
            ? text[..query] + string.Concat(QueryPart().Matches(text[query..]).Select(HideQueryPart))
            : HidePairs(text);
    }

    public static bool IsSecret(string key)
    {
        var name = new string([.. key.Where(c => c is not (' ' or '-' or '_' or '\t')).Select(char.ToLowerInvariant)]);
        return name.All(char.IsLetterOrDigit) && SecretWords.Any(word => name.Contains(word, StringComparison.Ordinal));
    }

    private static string HideQueryPart(Match part)
    {
        var equals = part.Value.IndexOf('=', StringComparison.Ordinal);
        return equals > 0 && IsSecret(Uri.UnescapeDataString(part.Value[1..equals])) && !IsReference(part.Value[(equals + 1)..])
            ? part.Value[..(equals + 1)] + Mask
            : part.Value;
    }

    private static string HidePairs(string text)
    {
        var shown = new StringBuilder(text.Length);
        var hidden = false;
        for (var at = 0; at < text.Length;)
        {
            var key = Key().Match(text, at);
            if (!key.Success)
            {
                // No pair begins here. After a secret it may be the secret's own rest: a semicolon that nobody quoted.
                var end = text.IndexOf(';', at) is >= 0 and var semicolon ? semicolon + 1 : text.Length;
                shown.Append(hidden && !string.IsNullOrWhiteSpace(text[at..end].TrimEnd(';')) ? Mask : text[at..end]);
                at = end;
                continue;
            }

            var value = Value().Match(text, at + key.Length);
            var length = value.Success ? value.Length : text.Length - at - key.Length;
            var written = text.Substring(at + key.Length, length);
            if (IsSecret(key.Groups[1].Value.Trim()) && !IsReference(Unquoted(written)) && Unquoted(written) != Mask)
            {
                hidden = true;
                written = Mask;
            }

            shown.Append(key.Value).Append(written);
            at += key.Length + length;
        }

        return shown.ToString();
    }

    private static string Unquoted(string value)
    {
        var text = value.Trim();
        return text.Length >= 2 && text[0] is '\'' or '"' && text[^1] == text[0] ? text[1..^1] : text;
    }

    /// <summary>A whole reference: what is only partly one has a literal part.</summary>
    private static bool IsReference(string value) => Reference().IsMatch(value);

    [GeneratedRegex(@"^\$\{(env|secret):[^}]+\}$")]
    private static partial Regex Reference();

    /// <summary>The password in //user:password@host; up to the last @, because not everybody encodes theirs.</summary>
    [GeneratedRegex(@"^(//[^:/@]*:)(?!\$\{(?:env|secret):[^}]+\}@).*@", RegexOptions.Singleline)]
    private static partial Regex UserInformation();

    [GeneratedRegex(@"[?&][^&]*", RegexOptions.Singleline)]
    private static partial Regex QueryPart();

    /// <summary>A key and its equals sign; two of them stand for one that belongs to the key.</summary>
    [GeneratedRegex(@"\G[;\s]*((?:[^=;]|==)+)=(?!=)\s*")]
    private static partial Regex Key();

    /// <summary>A whole value, quoted or not, up to its semicolon; a quote that is never closed is not one.</summary>
    [GeneratedRegex("""\G(?:'(?:[^']|'')*'\s*(?=;|$)|"(?:[^"]|"")*"\s*(?=;|$)|(?!['"])[^;]*)""")]
    private static partial Regex Value();
}
