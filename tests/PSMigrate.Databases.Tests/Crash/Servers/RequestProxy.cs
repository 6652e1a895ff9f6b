using System.Net;
using System.Net.Sockets;
using System.Text;

namespace PSMigrate.Databases.Tests.Crash.Servers;

/// <summary>How far a request comes before the disturbance.</summary>
internal enum Delivery
{
    /// <summary>The server never hears of it.</summary>
    None,

    /// <summary>The server gets the first half of it.</summary>
    Half,

    /// <summary>The server has all of it, and nobody waits for what it makes of it.</summary>
    Begun,

    /// <summary>The server has answered, and the answer is lost.</summary>
    Answered,
}

/// <summary>
/// Stands between a client and its server and counts the requests that come by: whatever a client sends after the server has said
/// something. At one of them it does as it is told and cuts that connection; all others pass unharmed.
/// </summary>
internal sealed class RequestProxy : IDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource end = new();
    private readonly Lock gate = new();
    private readonly List<string> requests = [];
    private readonly int server;
    private int at;
    private Func<string, bool>? isIt;
    private Delivery delivery;
    private Func<Task>? act;

    /// <param name="server">The server's port on this machine.</param>
    public RequestProxy(int server)
    {
        this.server = server;
        listener.Start();
        _ = AcceptAsync();
    }

    public int Port => ((IPEndPoint)listener.LocalEndpoint).Port;

    /// <summary>The readable part of each request since it was last set.</summary>
    public IReadOnlyList<string> Requests
    {
        get
        {
            lock (gate)
            {
                return [.. requests];
            }
        }
    }

    /// <summary>The request that was disturbed; null where none was.</summary>
    public string? Disturbed { get; private set; }

    /// <summary>Lets everything pass.</summary>
    public void Never() => Set(0, null, Delivery.None, null);

    /// <summary>Cuts the connection at the n-th request from now on, from 1, after something more was done.</summary>
    public void At(int request, Delivery delivery, Func<Task>? act = null) => Set(request, null, delivery, act);

    /// <summary>Cuts the connection at the first request whose text is the one that is meant.</summary>
    public void At(Func<string, bool> isIt, Delivery delivery, Func<Task>? act = null) => Set(0, isIt, delivery, act);

    public void Dispose()
    {
        end.Cancel();
        listener.Dispose();
    }

    private void Set(int request, Func<string, bool>? isIt, Delivery delivery, Func<Task>? act)
    {
        lock (gate)
        {
            requests.Clear();
            (at, this.isIt, this.delivery, this.act, Disturbed) = (request, isIt, delivery, act, null);
        }
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                _ = ServeAsync(await listener.AcceptTcpClientAsync(end.Token));
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The test has ended.
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using (client)
        using (var upstream = new TcpClient())
        {
            try
            {
                await upstream.ConnectAsync(IPAddress.Loopback, server, end.Token);
                client.NoDelay = upstream.NoDelay = true;
                await new Link(this, client, upstream).RunAsync(end.Token);
            }
            catch (Exception e) when (e is IOException or SocketException or OperationCanceledException or ObjectDisposedException)
            {
                // One of the two has gone; so does the other.
            }
        }
    }

    private bool IsTheOne(string request)
    {
        lock (gate)
        {
            requests.Add(request);
            if (Disturbed is not null || (isIt is null ? requests.Count != at : !isIt(request)))
            {
                return false;
            }

            Disturbed = request;
            return true;
        }
    }

    /// <summary>One connection. Its server says something before it is asked again, so that requests can be told apart.</summary>
    private sealed class Link(RequestProxy proxy, TcpClient client, TcpClient upstream)
    {
        private readonly TaskCompletionSource answered = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private volatile bool hasSpoken = true;
        private volatile bool isMute;

        public async Task RunAsync(CancellationToken cancel)
        {
            using var over = CancellationTokenSource.CreateLinkedTokenSource(cancel);
            await Task.WhenAny(AskAsync(over.Token), AnswerAsync(over.Token));
            await over.CancelAsync();
        }

        private async Task AskAsync(CancellationToken cancel)
        {
            var buffer = new byte[1 << 16];
            for (int count; (count = await client.GetStream().ReadAsync(buffer, cancel)) > 0;)
            {
                if (hasSpoken)
                {
                    hasSpoken = false;
                    if (proxy.IsTheOne(Readable(buffer.AsSpan(0, count))))
                    {
                        await DisturbAsync(buffer.AsMemory(0, count), cancel);
                        return;
                    }
                }

                await upstream.GetStream().WriteAsync(buffer.AsMemory(0, count), cancel);
            }
        }

        private async Task AnswerAsync(CancellationToken cancel)
        {
            var buffer = new byte[1 << 16];
            for (int count; (count = await upstream.GetStream().ReadAsync(buffer, cancel)) > 0;)
            {
                hasSpoken = true;
                if (isMute)
                {
                    answered.TrySetResult();
                    continue;
                }

                await client.GetStream().WriteAsync(buffer.AsMemory(0, count), cancel);
            }

            answered.TrySetResult();
        }

        private async Task DisturbAsync(ReadOnlyMemory<byte> request, CancellationToken cancel)
        {
            isMute = true;
            if (proxy.delivery != Delivery.None)
            {
                await upstream.GetStream().WriteAsync(proxy.delivery == Delivery.Half ? request[..(request.Length / 2)] : request, cancel);
            }

            if (proxy.delivery == Delivery.Answered)
            {
                await answered.Task.WaitAsync(TimeSpan.FromSeconds(30), cancel);
            }

            if (proxy.act is { } act)
            {
                await act();
            }
        }

        private static string Readable(ReadOnlySpan<byte> bytes)
        {
            var text = new StringBuilder();
            foreach (var one in bytes[..Math.Min(bytes.Length, 2000)])
            {
                text.Append(one is >= 32 and < 127 ? (char)one : ' ');
            }

            return string.Join(' ', text.ToString().Split(' ', StringSplitOptions.RemoveEmptyEntries));
        }
    }
}
