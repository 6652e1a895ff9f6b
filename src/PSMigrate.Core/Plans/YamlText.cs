using YamlDotNet.Core;
using YamlDotNet.Core.Events;
using YamlDotNet.RepresentationModel;

namespace PSMigrate.Plans;

/// <summary>Loads YAML after looking it over: nesting without end would end the whole process.</summary>
internal static class YamlText
{
    private const int Deepest = 64;

    /// <param name="aliases">Whether one part may stand for another; such parts may contain themselves.</param>
    /// <exception cref="YamlException">The text is not YAML, or not YAML that is read here.</exception>
    public static YamlStream Load(string text, bool aliases)
    {
        var depth = 0;
        var parser = new Parser(new StringReader(text));
        while (parser.MoveNext())
        {
            depth += parser.Current switch
            {
                MappingStart or SequenceStart => 1,
                MappingEnd or SequenceEnd => -1,
                _ => 0,
            };
            if (depth > Deepest)
            {
                throw new YamlException(parser.Current!.Start, parser.Current.End, $"It is nested deeper than {Deepest} levels.");
            }

            if (!aliases && parser.Current is AnchorAlias alias)
            {
                throw new YamlException(alias.Start, alias.End, "Aliases are not used in exported plans.");
            }
        }

        var stream = new YamlStream();
        stream.Load(new StringReader(text));
        return stream;
    }
}
