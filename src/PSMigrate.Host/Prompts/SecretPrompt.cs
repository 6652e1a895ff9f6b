using System.Security;
using PSMigrate.Host.Hosting;

namespace PSMigrate.Host.Prompts;

/// <summary>Reads a secret key by key: the terminal shows an asterisk for each.</summary>
internal sealed class SecretPrompt(ScriptHostUI ui, StandardInput input)
{
    public SecureString Ask()
    {
        var secret = new SecureString();

        while (true)
        {
            ConsoleKeyInfo key = input.ReadKey();
            switch (key.Key)
            {
                case ConsoleKey.Enter:
                    ui.WriteLine();
                    secret.MakeReadOnly();
                    return secret;
                case ConsoleKey.Backspace when secret.Length > 0:
                    secret.RemoveAt(secret.Length - 1);
                    ui.Write("\b \b");
                    break;
                default:
                    if (!char.IsControl(key.KeyChar))
                    {
                        secret.AppendChar(key.KeyChar);
                        ui.Write("*");
                    }

                    break;
            }
        }
    }
}
