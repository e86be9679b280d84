namespace Forage.Cli.Frame;

/// <summary>
/// Progress of work that may take longer than a second, on standard error: on a terminal one line with a bar, rate and time left, redrawn in
/// place; otherwise a plain line every few seconds. Nothing is drawn in the first second, so short work stays silent.
/// </summary>
internal sealed class ProgressMeter : IDisposable
{
    private static readonly TimeSpan FirstAfter = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan RedrawEvery = TimeSpan.FromMilliseconds(125);
    private static readonly TimeSpan LineEvery = TimeSpan.FromSeconds(5);

    private readonly Terminal _terminal;
    private readonly bool _silent;
    private readonly string _what;
    private readonly string _unit;
    private readonly long _start;
    private readonly Lock _lock = new();
    private TimeSpan _next = FirstAfter;

    /// <summary>Starts the clock of some work.</summary>
    /// <param name="terminal">Where to draw.</param>
    /// <param name="silent">Never draw.</param>
    /// <param name="what">What is done: "learning".</param>
    /// <param name="unit">What is counted, plural: "examples"; empty if only the share done means something.</param>
    public ProgressMeter(Terminal terminal, bool silent, string what, string unit)
    {
        (_terminal, _silent, _what, _unit) = (terminal, silent, what, unit);
        _start = terminal.Clock.GetTimestamp();
    }

    /// <summary>Time since the start.</summary>
    public TimeSpan Elapsed => _terminal.Clock.GetElapsedTime(_start);

    /// <summary>Tells how far the work is. Safe from any thread; cheap when there is nothing to draw.</summary>
    /// <param name="done">Units done.</param>
    /// <param name="fraction">Share of the work done in [0, 1]; NaN if the end is unknown.</param>
    /// <param name="note">A few words at the end of the line, such as the loss so far.</param>
    public void Report(long done, double fraction = double.NaN, string note = "")
    {
        if (_silent) return;
        var elapsed = Elapsed;
        if (elapsed < _next) return;
        lock (_lock)
        {
            if (elapsed < _next) return;
            _next = elapsed + (_terminal.ErrorIsTerminal ? RedrawEvery : LineEvery);
            Draw(Describe(done, fraction, note, elapsed), fraction);
        }
    }

    /// <summary>Writes a line of text above the bar; nothing if silent.</summary>
    public void WriteLine(string text)
    {
        if (!_silent) _terminal.WriteErrorLine(text);
    }

    /// <summary>Removes the bar, so that results can be printed.</summary>
    public void Dispose()
    {
        lock (_lock)
        {
            if (!_silent) _terminal.EraseBar();
            _next = TimeSpan.MaxValue;
        }
    }

    private string Describe(long done, double fraction, string note, TimeSpan elapsed)
    {
        double rate = done / elapsed.TotalSeconds;
        string text = _unit.Length == 0 ? "" : $"{Numbers.Count(done)} {_unit}, {Numbers.Rate(rate)} {_unit}/s";
        if (fraction is > 0 and <= 1) text += $"{(text.Length > 0 ? ", " : "")}{Numbers.Duration(elapsed.TotalSeconds * (1 - fraction) / fraction)} left";
        return note.Length == 0 ? text : text.Length == 0 ? note : $"{text}, {note}";
    }

    private void Draw(string text, double fraction)
    {
        if (!_terminal.ErrorIsTerminal)
        {
            _terminal.WriteErrorLine(double.IsNaN(fraction) ? $"{_what}: {text}" : $"{_what}: {100 * fraction:0} %, {text}");
            return;
        }
        const int cells = 24;
        string bar = "";
        if (!double.IsNaN(fraction))
        {
            int eighths = (int)(Math.Clamp(fraction, 0, 1) * cells * 8);
            bar = new string('█', eighths / 8) + (eighths % 8 > 0 ? " ▏▎▍▌▋▊▉"[eighths % 8].ToString() : "");
            bar = " " + bar.PadRight(cells, '░') + $" {100 * fraction,3:0} %";
        }
        string line = $"{_what}{bar}  {text}";
        int width = _terminal.Width - 1;
        if (line.Length > width) line = line[..width];
        _terminal.DrawBar(line);
    }
}
