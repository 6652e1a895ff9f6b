using PSMigrate.Engine;
using PSMigrate.Targets;

namespace PSMigrate.Core.Tests.Targets;

public sealed class FileLockTests : IDisposable
{
    private static readonly LockHolder Holder = new("ops@host", 42, "run-1", SamplePlans.Time);

    private readonly TemporaryFolder folder = new();

    private string LockFile => folder.File("shop.lock");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task The_second_taker_is_told_who_holds_it()
    {
        await using var first = await TakeAsync(TimeSpan.Zero);
        var error = await Assert.ThrowsAsync<MigrationException>(() => TakeAsync(TimeSpan.FromMilliseconds(120)));
        Assert.Equal(("TargetLocked", ErrorKind.Busy), (error.ErrorId, error.Kind));
        Assert.Contains("ops@host, process 42, run run-1, since 2026-11-22T10:30:00Z", error.Message);
    }

    [Fact]
    public async Task Nothing_is_left_when_it_is_given_back()
    {
        await (await TakeAsync(TimeSpan.Zero)).DisposeAsync();
        Assert.Empty(Directory.GetFileSystemEntries(folder.Path));
        await using var again = await TakeAsync(TimeSpan.Zero);
    }

    [Fact]
    public async Task A_waiter_gets_it_when_the_holder_is_done()
    {
        var first = await TakeAsync(TimeSpan.Zero);
        var second = TakeAsync(TimeSpan.FromSeconds(30));
        Assert.False(second.IsCompleted);
        await first.DisposeAsync();
        await using var taken = await second;
    }

    [Fact]
    public async Task Waiting_can_be_cancelled()
    {
        await using var first = await TakeAsync(TimeSpan.Zero);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        var second = FileLock.TakeAsync(LockFile, "shop", Holder, TimeSpan.FromMinutes(5), SilentObserver.Instance, stop.Token);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => second);
    }

    [Fact]
    public async Task Only_one_of_many_has_it_at_a_time()
    {
        var inside = 0;
        var most = 0;
        await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => Task.Run(async () =>
        {
            for (var i = 0; i < 5; i++)
            {
                await using var held = await TakeAsync(TimeSpan.FromMinutes(2));
                most = Math.Max(most, Interlocked.Increment(ref inside));
                await Task.Yield();
                Interlocked.Decrement(ref inside);
            }
        }, Cancel)));
        Assert.Equal(1, most);
    }

    [Fact]
    public async Task It_is_free_once_its_holder_has_died()
    {
        using var other = await LockHolderProcess.StartAsync(LockFile, Cancel);
        var error = await Assert.ThrowsAsync<MigrationException>(() => TakeAsync(TimeSpan.Zero));
        Assert.Contains($"other@host, process {other.Id}, run run-2", error.Message);
        other.Kill();
        await using var taken = await TakeAsync(TimeSpan.FromSeconds(30));
        Assert.Contains("ops@host", await File.ReadAllTextAsync(LockFile + ".holder", Cancel));
    }

    [Fact]
    public async Task A_folder_that_is_not_there_is_said()
    {
        var error = await Assert.ThrowsAsync<MigrationException>(() =>
            FileLock.TakeAsync(folder.File("missing/shop.lock"), "shop", Holder, TimeSpan.Zero, SilentObserver.Instance, Cancel));
        Assert.Equal("LockNotWritable", error.ErrorId);
    }

    private Task<FileLock> TakeAsync(TimeSpan timeout) => FileLock.TakeAsync(LockFile, "shop", Holder, timeout, SilentObserver.Instance, Cancel);
}
