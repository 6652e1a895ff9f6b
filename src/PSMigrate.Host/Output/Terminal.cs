using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using System.Text;

namespace PSMigrate.Host.Output;

/// <summary>What the terminal, if there is one, can do.</summary>
internal static partial class Terminal
{
    private const uint ProcessesEscapes = 0x4;

    /// <summary>A stream, by the number that Windows gives it.</summary>
    public enum Stream
    {
        Output = -11,
        Error = -12,
    }

    /// <summary>The terminal's columns; null when it does not say.</summary>
    public static int? Width
    {
        get
        {
            try
            {
                return Console.WindowWidth is > 0 and int width ? width : null;
            }
            catch (IOException)
            {
                return null;
            }
        }
    }

    /// <summary>Whether escape sequences, which colour and erase, are understood.</summary>
    public static bool UnderstandsEscapes(Stream stream) =>
        OperatingSystem.IsWindows()
            ? TurnOnEscapes(stream)
            : Environment.GetEnvironmentVariable("TERM") is string kind && kind.Length > 0 && kind != "dumb";

    /// <summary>Sets the encoding of the terminal itself, which Windows keeps apart from what is written to it.</summary>
    public static void UseEncoding(Encoding encoding)
    {
        try
        {
            Console.OutputEncoding = encoding;
            Console.InputEncoding = encoding;
        }
        catch (IOException)
        {
            // There is no terminal to set it on.
        }
    }

    [SupportedOSPlatform("windows")]
    private static bool TurnOnEscapes(Stream stream)
    {
        IntPtr handle = GetStdHandle((int)stream);
        return GetConsoleMode(handle, out uint mode) && SetConsoleMode(handle, mode | ProcessesEscapes);
    }

    [LibraryImport("kernel32.dll")]
    private static partial IntPtr GetStdHandle(int handle);

    [LibraryImport("kernel32.dll")]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool GetConsoleMode(IntPtr handle, out uint mode);

    [LibraryImport("kernel32.dll")]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool SetConsoleMode(IntPtr handle, uint mode);
}
