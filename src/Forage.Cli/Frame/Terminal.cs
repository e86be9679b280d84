using System.Runtime.InteropServices;
using System.Text;

namespace Forage.Cli.Frame;

/// <summary>
/// Everything of the outside world a command may touch: standard streams, whether they are a terminal, the clock, and Ctrl-C. Tests run
/// commands in-process against a <see cref="Terminal"/> of their own.
/// </summary>
internal sealed class Terminal : IDisposable
{
    private readonly Func<Stream> _openInput;
    private readonly CancellationTokenSource _cancel;
    private readonly bool _listens;
    private readonly List<PosixSignalRegistration> _signals = [];

    /// <summary>A terminal over the given streams.</summary>
    public Terminal(Func<Stream> openInput, Stream output, Stream error, TimeProvider? clock = null, CancellationToken cancellation = default)
    {
        _cancel = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        _listens = !cancellation.CanBeCanceled;
        _openInput = openInput;
        OutStream = output;
        Out = new StreamWriter(output, new UTF8Encoding(false), 16 * 1024) { NewLine = "\n" };
        Error = new StreamWriter(error, new UTF8Encoding(false), 1024) { NewLine = "\n", AutoFlush = true };
        Clock = clock ?? TimeProvider.System;
    }

    /// <summary>The process's own streams; the first Ctrl-C asks the command to stop and save, the second ends the process.</summary>
    public static Terminal OfProcess()
    {
        var terminal = new Terminal(Console.OpenStandardInput, Console.OpenStandardOutput(), Console.OpenStandardError())
        {
            InputIsTerminal = !Console.IsInputRedirected,
            OutIsTerminal = !Console.IsOutputRedirected,
            ErrorIsTerminal = !Console.IsErrorRedirected,
            UseColour = !Console.IsOutputRedirected && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"))
                && Environment.GetEnvironmentVariable("TERM") is not (null or "dumb"),
        };
        return terminal;
    }

    /// <summary>Standard output as bytes; flush <see cref="Out"/> before writing to it.</summary>
    public Stream OutStream { get; }

    /// <summary>Standard output as text: results only.</summary>
    public StreamWriter Out { get; }

    /// <summary>Standard error as text: progress, warnings, errors.</summary>
    public StreamWriter Error { get; }

    /// <summary>True if standard input is a keyboard.</summary>
    public bool InputIsTerminal { get; init; }

    /// <summary>True if results are read by a person.</summary>
    public bool OutIsTerminal { get; init; }

    /// <summary>True if a progress bar may redraw its line.</summary>
    public bool ErrorIsTerminal { get; init; }

    /// <summary>True if results may be coloured.</summary>
    public bool UseColour { get; init; }

    /// <summary>Columns of the terminal.</summary>
    public int Width => ErrorIsTerminal && !Console.IsErrorRedirected ? Math.Max(40, Console.WindowWidth) : 100;

    /// <summary>The clock; the library never asks for the time itself.</summary>
    public TimeProvider Clock { get; }

    /// <summary>Cancelled by the first Ctrl-C.</summary>
    public CancellationToken Cancellation => _cancel.Token;

    /// <summary>Standard input.</summary>
    public Stream OpenInput() => _openInput();

    /// <summary>Starts listening to SIGINT and SIGTERM.</summary>
    public void ListenForInterrupts()
    {
        if (!_listens) return; // whoever gave the token listens
        void OnSignal(PosixSignalContext context)
        {
            if (_cancel.IsCancellationRequested) return; // the second time the default takes place: the process ends
            context.Cancel = true;
            _cancel.Cancel();
        }
        _signals.Add(PosixSignalRegistration.Create(PosixSignal.SIGINT, OnSignal));
        _signals.Add(PosixSignalRegistration.Create(PosixSignal.SIGTERM, OnSignal));
    }

    /// <summary>As if Ctrl-C had been pressed.</summary>
    public void Interrupt() => _cancel.Cancel();

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var signal in _signals) signal.Dispose();
        try
        {
            Out.Flush();
            Error.Flush();
        }
        catch (IOException) { } // the reader of a pipe has gone: nobody is left to tell
        _cancel.Dispose();
    }
}
