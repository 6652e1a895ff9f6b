using System.Management.Automation.Host;
using PSMigrate.Host.Output;
using PSMigrate.Host.Prompts;

namespace PSMigrate.Host.Hosting;

/// <summary>The terminal's measures and keys. What only a screen with a buffer of its own can do is not offered.</summary>
internal sealed class ScriptHostRawUI(Screen screen, StandardInput input) : PSHostRawUserInterface
{
    private const int Height = 50;

    public override ConsoleColor ForegroundColor { get; set; } = Colours.None;

    public override ConsoleColor BackgroundColor { get; set; } = Colours.None;

    public override Size BufferSize { get => WindowSize; set => throw NotOffered(); }

    public override Coordinates CursorPosition { get => new(0, 0); set => throw NotOffered(); }

    public override int CursorSize { get => 25; set => throw NotOffered(); }

    public override bool KeyAvailable => !Console.IsInputRedirected && Console.KeyAvailable;

    public override Size MaxPhysicalWindowSize => WindowSize;

    public override Size MaxWindowSize => WindowSize;

    public override Coordinates WindowPosition { get => new(0, 0); set => throw NotOffered(); }

    public override Size WindowSize { get => new(screen.Width, Height); set => throw NotOffered(); }

    public override string WindowTitle { get => ""; set { } }

    public override void FlushInputBuffer()
    {
    }

    public override KeyInfo ReadKey(ReadKeyOptions options)
    {
        ConsoleKeyInfo key = input.ReadKey();
        if (!options.HasFlag(ReadKeyOptions.NoEcho))
        {
            screen.Write(key.KeyChar.ToString());
        }

        return new KeyInfo((int)key.Key, key.KeyChar, controlKeyState: 0, keyDown: true);
    }

    public override BufferCell[,] GetBufferContents(Rectangle rectangle) => throw NotOffered();

    public override void ScrollBufferContents(Rectangle source, Coordinates destination, Rectangle clip, BufferCell fill) =>
        throw NotOffered();

    public override void SetBufferContents(Coordinates origin, BufferCell[,] contents) => throw NotOffered();

    public override void SetBufferContents(Rectangle rectangle, BufferCell fill) => throw NotOffered();

    private static HostException NotOffered() => new("The host psmigrate does not offer this.");
}
