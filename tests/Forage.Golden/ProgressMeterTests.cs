using System.Text;
using Forage.Cli.Frame;

namespace Forage.Golden;

/// <summary>Progress on a terminal, in a file, and not at all, by a clock of our own.</summary>
public class ProgressMeterTests
{
    private sealed class Clock : TimeProvider
    {
        public long Milliseconds { get; set; }

        public override long TimestampFrequency => 1000;

        public override long GetTimestamp() => Milliseconds;
    }

    private static string Drawn(bool onTerminal, bool silent, Action<ProgressMeter, Clock> work)
    {
        var clock = new Clock();
        using var error = new MemoryStream();
        using (var terminal = new Terminal(() => Stream.Null, Stream.Null, error, clock) { ErrorIsTerminal = onTerminal })
        using (var meter = new ProgressMeter(terminal, silent, "learning", "examples"))
            work(meter, clock);
        return Encoding.UTF8.GetString(error.ToArray());
    }

    [Fact]
    public void ShortWorkStaysSilent() => Assert.Empty(Drawn(false, false, (meter, clock) =>
    {
        for (clock.Milliseconds = 0; clock.Milliseconds < 1000; clock.Milliseconds += 100) meter.Report(clock.Milliseconds, clock.Milliseconds / 1000.0);
    }));

    [Fact]
    public void InAFileThereIsAPlainLineEveryFiveSeconds()
    {
        string text = Drawn(false, false, (meter, clock) =>
        {
            for (clock.Milliseconds = 0; clock.Milliseconds <= 12_000; clock.Milliseconds += 500) meter.Report(2 * clock.Milliseconds, clock.Milliseconds / 20_000.0, "loss 0.5");
        });
        Assert.Equal("learning: 5 %, 2,000 examples, 2000 examples/s, 19 s left, loss 0.5\nlearning: 30 %, 12,000 examples, 2000 examples/s, 14 s left, loss 0.5\nlearning: 55 %, 22,000 examples, 2000 examples/s, 9.0 s left, loss 0.5\n", text);
    }

    [Fact]
    public void WithoutAKnownEndThereIsNoShare()
        => Assert.Equal("learning: 3,000 examples, 1000 examples/s\n", Drawn(false, false, (meter, clock) =>
        {
            clock.Milliseconds = 3000;
            meter.Report(3000);
        }));

    [Fact]
    public void OnATerminalABarIsRedrawnAndErased()
    {
        string text = Drawn(true, false, (meter, clock) =>
        {
            for (clock.Milliseconds = 1000; clock.Milliseconds <= 1200; clock.Milliseconds += 50) meter.Report(clock.Milliseconds, 0.5);
        });
        Assert.DoesNotContain('\n', text);
        Assert.Equal(2, text.Split("learning").Length - 1);
        Assert.StartsWith("\rlearning ████████████░░░░░░░░░░░░  50 %", text);
        Assert.EndsWith("\r", text);
        Assert.EndsWith(new string(' ', 20) + "\r", text);
    }

    [Fact]
    public void SilentIsSilent() => Assert.Empty(Drawn(true, true, (meter, clock) =>
    {
        clock.Milliseconds = 60_000;
        meter.Report(1, 0.5);
        meter.WriteLine("a row");
    }));

    [Theory]
    [InlineData(0.04, "0.0 s")]
    [InlineData(9.94, "9.9 s")]
    [InlineData(9.96, "10 s")]
    [InlineData(59.4, "59 s")]
    [InlineData(65, "1 min 05 s")]
    [InlineData(3780, "1 h 03 min")]
    [InlineData(double.PositiveInfinity, "long")]
    public void Durations(double seconds, string text) => Assert.Equal(text, Numbers.Duration(seconds));

    [Theory]
    [InlineData(0, "0.00")]
    [InlineData(5.432, "5.43")]
    [InlineData(54.32, "54.3")]
    [InlineData(5432, "5432")]
    [InlineData(54_321, "54.3k")]
    [InlineData(5_432_100, "5.43M")]
    [InlineData(5.4321e9, "5.43G")]
    public void Rates(double rate, string text) => Assert.Equal(text, Numbers.Rate(rate));
}
