using System.Text;
using Forage.Data;
using Forage.Evaluation.Internals;
using Forage.Features;
using Forage.OffPolicy;

namespace Forage.Evaluation;

/// <summary>
/// A log of decisions held in memory: what improving, checking and evaluating go over several times. Decisions are copied out of the pooled
/// batches readers hand over; unlabelled ones (never shown, or marked not to be learnt from) are counted and left out.
/// </summary>
/// <remarks>A decision costs its features (8 bytes each), 24 bytes an action shown, 8 an action of a logged distribution, and about 100 bytes.</remarks>
public sealed class DecisionLog : IDecisionLog
{
    private readonly List<DecisionBatch> _chunks = [];
    private readonly List<(int Chunk, int Index, int Record)> _at = [];
    private FeatureBlock? _vectors;
    private double[][]? _distributions;
    private int _inChunk;

    /// <summary>Most probabilities that are kept in memory: 512 MB of them.</summary>
    public const long MostKept = 1L << 26;

    /// <summary>Decisions a chunk holds.</summary>
    private const int ChunkSize = 4096;

    /// <summary>Number of decisions.</summary>
    public int Count => _at.Count;

    /// <summary>Decisions left out because they have no slate or are marked not to be learnt from.</summary>
    public long Unlabelled { get; private set; }

    /// <summary>Largest number of actions of a decision.</summary>
    public int MaxActions { get; private set; }

    /// <summary>Largest number of positions of a slate.</summary>
    public int SlateLength { get; private set; }

    /// <summary>True if some decision has rows for its actions.</summary>
    public bool HasActionFeatures { get; private set; }

    /// <summary>True if every decision has its logging distribution, logged or filled in.</summary>
    public bool HasDistributions { get; private set; } = true;

    /// <summary>True if every action shown has a propensity in (0, 1].</summary>
    public bool HasPropensities { get; private set; } = true;

    /// <summary>Numbers of each decision's dense vector; 0 if there are no vectors.</summary>
    public int VectorDimension { get; private set; }

    /// <summary>Smallest reward of a position.</summary>
    public double MinReward { get; private set; } = double.PositiveInfinity;

    /// <summary>Largest reward of a position.</summary>
    public double MaxReward { get; private set; } = double.NegativeInfinity;

    /// <summary>Reads a log whole.</summary>
    /// <param name="source">The log.</param>
    /// <param name="format">Its form; null to tell it from the first line.</param>
    /// <param name="actions">Number of actions of a fixed set, where the form needs it (<see cref="DecisionFormats.Parser"/>).</param>
    /// <param name="reading">Strictness and threads.</param>
    /// <param name="cancel">Stops between two batches.</param>
    /// <returns>The log, and how many records there were and which were malformed.</returns>
    /// <exception cref="ForageException">It is in no form known by its first line, breaks off, or has a malformed record in strict mode.</exception>
    public static (DecisionLog Log, ReadSummary Summary) Read(ByteSource source, DecisionFormat? format = null, int? actions = null, ReadOptions? reading = null, CancellationToken cancel = default)
    {
        var form = format ?? DecisionFormats.Of(source) ?? throw new ForageException($"{source.Name} is not a log of decisions in a form known by its first line; expected {string.Join(", ", DecisionFormats.Names)}.");
        var log = new DecisionLog();
        return (log, new RecordReader<DecisionBatch>(source, DecisionFormats.Parser(form, source, actions), reading).Read(log.Add, cancel));
    }

    /// <summary>Appends copies of all decisions of a batch.</summary>
    public void Add(DecisionBatch batch)
    {
        for (int i = 0; i < batch.Count; i++)
        {
            var r = batch[i];
            if (batch.Slate(i).IsEmpty || r.SkipLearn)
            {
                Unlabelled++;
                continue;
            }
            var rows = Room();
            int first = rows.RowCount;
            rows.Append(batch.Rows, r.FirstRow, r.RowCount);
            Add(first, r.RowCount, r.ActionCount, batch.Slate(i), batch.Excluded(i), batch.Distribution(i), batch.EventId(i), batch.PolicyVersion(i), r.Time, r.RewardTime);
        }
    }

    /// <summary>Appends a copy of a decision.</summary>
    public void Add(LoggedDecision d)
    {
        if (d.Slate.Count == 0 || d.SkipLearn)
        {
            Unlabelled++;
            return;
        }
        var rows = Room();
        int first = rows.RowCount;
        rows.Append(d.Rows, 0, d.Rows.RowCount);
        Add(first, d.Rows.RowCount, d.ActionCount, d.Slate.ToArray(), d.Excluded.ToArray(), d.Distribution is null ? default : d.Distribution.ToArray(),
            Encoding.UTF8.GetBytes(d.EventId), Encoding.UTF8.GetBytes(d.PolicyVersion ?? ""), d.Time, d.RewardTime);
    }

    /// <summary>What policies may see of decision <paramref name="i"/>.</summary>
    public DecisionContext Context(int i)
    {
        var (chunk, index, record) = _at[i];
        var batch = _chunks[chunk];
        var r = batch[index];
        var logged = _distributions is null ? batch.Distribution(index) : _distributions[i];
        return new DecisionContext(batch.Rows, r.FirstRow, r.RowCount > 1, r.ActionCount, batch.Excluded(index), logged, i) { Vectors = _vectors, VectorRow = record };
    }

    /// <summary>What was shown in decision <paramref name="i"/>.</summary>
    public ReadOnlySpan<LoggedAction> Slate(int i) => _chunks[_at[i].Chunk].Slate(_at[i].Index);

    /// <summary>Event id of decision <paramref name="i"/>; empty if it has none.</summary>
    public string EventId(int i) => Encoding.UTF8.GetString(_chunks[_at[i].Chunk].EventId(_at[i].Index));

    /// <summary>When decision <paramref name="i"/> was made, if the log says.</summary>
    public DateTimeOffset? Time(int i) => _chunks[_at[i].Chunk][_at[i].Index].Time;

    /// <summary>An owned copy of decision <paramref name="i"/>.</summary>
    public LoggedDecision ToLogged(int i) => _chunks[_at[i].Chunk].ToLogged(_at[i].Index);

    /// <summary>
    /// Computes and keeps the logging policy's distribution of every decision, so that nobody has to ask for it again. Does nothing if that took more than
    /// <see cref="MostKept"/> numbers.
    /// </summary>
    /// <param name="policy">The policy that made the log.</param>
    /// <param name="threads">Threads to use.</param>
    /// <param name="cancellation">Stops it.</param>
    public void FillDistributions(IPolicy policy, int threads = 1, CancellationToken cancellation = default)
    {
        if ((long)Count * MaxActions > MostKept) return;
        var filled = new double[Count][];
        const int piece = 64;
        ParallelWork.For((Count + piece - 1) / piece, threads, cancellation, part =>
        {
            var scratch = new PolicyScratch();
            for (int i = part * piece; i < Math.Min(Count, (part + 1) * piece); i++)
            {
                scratch.Clear();
                var context = Context(i);
                var p = policy.Distribution(context, scratch);
                var dense = filled[i] = new double[context.ActionCount];
                for (int k = 0; k < p.Count; k++) dense[p.ActionAt(k)] = p.Probabilities[k];
            }
        });
        _distributions = filled;
        HasDistributions = true;
    }

    /// <summary>Puts dense vectors beside the decisions, a row each in the order of the log; those without an outcome have one too.</summary>
    /// <param name="vectors">The vectors, as <see cref="Extreme.Embedding.DenseRows"/> reads them.</param>
    /// <param name="dimension">Numbers of each.</param>
    /// <param name="name">What to call them in messages.</param>
    /// <exception cref="ForageException">There are not as many as decisions.</exception>
    public void Attach(FeatureBlock vectors, int dimension, string name)
    {
        long records = Count + Unlabelled;
        if (vectors.RowCount != records)
            throw new ForageException($"{name} has {vectors.RowCount} vectors for {records} decisions; expected one a decision, in the order of the log, for those without an outcome too.");
        (_vectors, VectorDimension) = (vectors, dimension);
    }

    private FeatureBlock Room()
    {
        if (_chunks.Count == 0 || _inChunk == ChunkSize)
        {
            _chunks.Add(new DecisionBatch());
            _inChunk = 0;
        }
        return _chunks[^1].Rows;
    }

    private void Add(int first, int rowCount, int actions, ReadOnlySpan<LoggedAction> slate, ReadOnlySpan<int> excluded, ReadOnlySpan<double> distribution,
        ReadOnlySpan<byte> eventId, ReadOnlySpan<byte> version, DateTimeOffset? time, DateTimeOffset? rewardTime)
    {
        _chunks[^1].Add(first, actions, slate, excluded, distribution, eventId, version, time, rewardTime);
        _at.Add((_chunks.Count - 1, _inChunk++, (int)(Count + Unlabelled)));
        MaxActions = Math.Max(MaxActions, actions);
        SlateLength = Math.Max(SlateLength, slate.Length);
        HasActionFeatures |= rowCount > 1;
        HasDistributions &= !distribution.IsEmpty;
        foreach (var shown in slate)
        {
            HasPropensities &= shown.LogPropensity is <= 0 and > double.NegativeInfinity;
            MinReward = Math.Min(MinReward, shown.Reward);
            MaxReward = Math.Max(MaxReward, shown.Reward);
        }
    }
}
