using Forage.Data.Internals;
using Forage.Features;
using Forage.Persistence.Internals;

namespace Forage.Data;

/// <summary>Base of the pooled batches parsers fill: rows of features and the faults met. Everything is reused after <see cref="Clear"/>.</summary>
public abstract class RecordBatch
{
    private readonly List<RecordFault> _faults = [];

    /// <summary>Feature rows of all records of the batch.</summary>
    public FeatureBlock Rows { get; } = new(features: 1024, rows: 64);

    /// <summary>Number of well-formed records.</summary>
    public abstract int Count { get; }

    /// <summary>Malformed records met, in order.</summary>
    public IReadOnlyList<RecordFault> Faults => _faults;

    /// <summary>Number of lines of the text parsed, malformed ones included; parsers add to it.</summary>
    public long Lines { get; set; }

    /// <summary>Number of lines that are no records and no faults either (checkpoints, records of another kind in the same log).</summary>
    public long Skipped { get; set; }

    /// <summary>Stored bytes of the source read when the piece of this batch had been cut; what is read ahead for later batches does not count.</summary>
    internal long StoredEnd { get; set; }

    /// <summary>Memory for the parser's own use within one record.</summary>
    internal ParseScratch Scratch { get; } = new();

    /// <summary>Memory for the parsers of JSON formats.</summary>
    internal JsonScratch JsonScratch => field ??= new();

    /// <summary>Reports a malformed record.</summary>
    public void AddFault(long line, int column, string message) => _faults.Add(new RecordFault(line, column, message));

    /// <summary>Forgets all records and keeps the memory.</summary>
    public virtual void Clear()
    {
        Rows.Clear();
        _faults.Clear();
        Lines = Skipped = 0;
    }

    /// <summary>Writes the records as raw arrays.</summary>
    internal virtual void Store(ref ArrayBlock block) => Rows.Store(ref block);

    /// <summary>Reads what <see cref="Store"/> wrote, in place of what there was.</summary>
    internal virtual void Restore(ref ArrayBlock block) => Rows.Restore(ref block);
}
