namespace Forage.Data.Internals;

/// <summary>Counts records and faults over batches and keeps the first few faults as messages.</summary>
/// <param name="name">What the source is called in messages.</param>
/// <param name="headerLines">Lines before the first batch.</param>
internal sealed class FaultTally(string name, int headerLines = 0)
{
    private const int Shown = 3;

    private readonly List<string> _first = [];
    private long _records, _malformed, _lines = headerLines, _skipped;

    /// <summary>The first faults as "file:line:column: message".</summary>
    public IReadOnlyList<string> First => _first;

    /// <summary>Adds a batch.</summary>
    public void Add(RecordBatch batch)
    {
        foreach (var fault in batch.Faults)
        {
            _malformed++;
            if (_first.Count < Shown) _first.Add($"{name}:{_lines + fault.Line}:{fault.Column}: {fault.Message}");
        }
        _records += batch.Count;
        _lines += batch.Lines;
        _skipped += batch.Skipped;
    }

    /// <summary>Counts it as a fault if not as many records came as were announced, and says so.</summary>
    public string? Mismatch(long? announced)
    {
        if (announced is not { } expected || expected == _records + _malformed) return null;
        string message = $"{name}: the header announces {expected} records but {_records + _malformed} came";
        _malformed++;
        if (_first.Count < Shown) _first.Add(message);
        return message;
    }

    public ReadSummary Summary(long textBytes) => new(name, _records, _malformed, _first, _lines, textBytes, _skipped);
}
