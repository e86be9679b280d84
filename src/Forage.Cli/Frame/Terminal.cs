using System.Runtime.InteropServices;
using System.Text;

namespace Forage.Cli.Frame;

/// <summary>
/// Everything of the outside world a command may touch: standard streams, whether they are a terminal, the clock, and Ctrl-C. Tests run
/// commands in-process against a <see cref="Terminal"/> of their own.
/// </summary>
internal sealed class Terminal : IDisposable
{
    private readonly Func<Stream> _openInput, _openError;
    private readonly CancellationToken _outer;
    private readonly bool _ofProcess;
    private CancellationTokenSource? _cancel;
    private List<PosixSignalRegistration>? _signals;
    private StreamWriter? _error;
    private readonly Lock _drawing = new();
    private int _drawn;

    /// <summary>A terminal over the given streams.</summary>
    public Terminal(Func<Stream> openInput, Stream output, Stream error, TimeProvider? clock = null, CancellationToken cancellation = default)
        : this(openInput, output, () => error, clock, cancellation) { }

    // What a command may never need is made when it is needed: a command that does nothing should start at once.
    private Terminal(Func<Stream> openInput, Stream output, Func<Stream> openError, TimeProvider? clock, CancellationToken cancellation, bool ofProcess = false)
    {
        (_openInput, _openError, _outer, _ofProcess) = (openInput, openError, cancellation, ofProcess);
        OutStream = output;
        Out = new StreamWriter(output, new UTF8Encoding(false), 16 * 1024) { NewLine = "\n" };
        Clock = clock ?? TimeProvider.System;
    }

    /// <summary>The process's own streams; the first Ctrl-C asks the command to stop and save, the second ends the process.</summary>
    public static Terminal OfProcess() => new(Console.OpenStandardInput, Console.OpenStandardOutput(), Console.OpenStandardError, null, default, ofProcess: true);

    /// <summary>Standard output as bytes; flush <see cref="Out"/> before writing to it.</summary>
    public Stream OutStream { get; }

    /// <summary>Standard output as text: results only.</summary>
    public StreamWriter Out { get; }

    /// <summary>Standard error as text: progress, warnings, errors.</summary>
    public StreamWriter Error => _error ??= new StreamWriter(_openError(), new UTF8Encoding(false), 1024) { NewLine = "\n", AutoFlush = true };

    /// <summary>Writes a line on standard error, above the progress bar if one is drawn. Safe from any thread.</summary>
    public void WriteErrorLine(string text)
    {
        lock (_drawing)
        {
            Erase();
            Error.WriteLine(text);
        }
    }

    /// <summary>Draws the progress bar on standard error, in the place of the one before.</summary>
    public void DrawBar(string text)
    {
        lock (_drawing)
        {
            Error.Write("\r" + text.PadRight(_drawn));
            _drawn = text.Length;
        }
    }

    /// <summary>Removes the progress bar, if there is one.</summary>
    public void EraseBar()
    {
        lock (_drawing) Erase();
    }

    private void Erase()
    {
        if (_drawn > 0) Error.Write("\r" + new string(' ', _drawn) + "\r");
        _drawn = 0;
    }

    /// <summary>True if standard input is a keyboard.</summary>
    public bool InputIsTerminal => _ofProcess && !Console.IsInputRedirected;

    /// <summary>True if a progress bar may redraw its line.</summary>
    public bool ErrorIsTerminal
    {
        get => _errorIsTerminal ??= _ofProcess && !Console.IsErrorRedirected;
        init => _errorIsTerminal = value;
    }

    private bool? _errorIsTerminal;

    /// <summary>Columns of the terminal.</summary>
    public int Width => _ofProcess && ErrorIsTerminal ? Math.Max(40, Console.WindowWidth) : 100;

    /// <summary>The clock; the library never asks for the time itself.</summary>
    public TimeProvider Clock { get; }

    /// <summary>Cancelled by the first Ctrl-C.</summary>
    public CancellationToken Cancellation => Source.Token;

    private CancellationTokenSource Source => _cancel ??= CancellationTokenSource.CreateLinkedTokenSource(_outer);

    /// <summary>Standard input.</summary>
    public Stream OpenInput() => _openInput();

    /// <summary>Starts listening to SIGINT and SIGTERM.</summary>
    public void ListenForInterrupts()
    {
        if (_outer.CanBeCanceled) return; // whoever gave the token listens
        var source = Source;
        void OnSignal(PosixSignalContext context)
        {
            if (source.IsCancellationRequested) return; // the second time the default takes place: the process ends
            context.Cancel = true;
            source.Cancel();
        }
        _signals = [PosixSignalRegistration.Create(PosixSignal.SIGINT, OnSignal), PosixSignalRegistration.Create(PosixSignal.SIGTERM, OnSignal)];
    }

    /// <summary>As if Ctrl-C had been pressed.</summary>
    public void Interrupt() => Source.Cancel();

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var signal in _signals ?? []) signal.Dispose();
        try
        {
            Out.Flush();
            _error?.Flush();
        }
        catch (IOException) { } // the reader of a pipe has gone: nobody is left to tell
        _cancel?.Dispose();
    }
}
