using System.Runtime.CompilerServices;
using Forage.Persistence;

namespace Forage.Multiclass.Trees.Internals;

/// <summary>What a node knows of a class.</summary>
internal struct ClassCount
{
    /// <summary>Class + 1; 0 where nothing is.</summary>
    public int Key;

    /// <summary>l: examples that came here.</summary>
    public int Seen;

    /// <summary>n: those the node's regressor learnt from.</summary>
    public int Trained;

    /// <summary>Those among them that went right.</summary>
    public int Right;

    /// <summary>m: the sum of their scores.</summary>
    public double Score;

    /// <summary>e = m/n; 0 if there was none.</summary>
    public readonly double Mean => Trained == 0 ? 0 : Score / Trained;
}

/// <summary>
/// Counts of the classes met at a node: open addressing by class, three quarters full at most, bounded. When there are more classes than the bound, those met most often keep a count of their
/// own, and the others share the rest, a quarter of all (<see cref="SharedCount"/>). One of these that came twice as often as the least of those takes its place.
/// </summary>
/// <param name="most">Most counts; 0 for no bound.</param>
/// <param name="salt">Decides which classes share a count.</param>
/// <param name="keeps">False: beyond the bound all counts are shared, and with an equal salt by the same classes, so that two nodes' counts can be compared.</param>
internal sealed class ClassTally(int most, int salt, bool keeps = true)
{
    private static readonly ClassCount[] s_unknown = new ClassCount[1];

    private const uint Spread = 2654435769;

    private ClassCount[] _slots = [];
    private SharedCount[] _shared = [];
    private int _shift = 32;

    /// <summary>No class with a count of its own came less often; a bound that may be too small.</summary>
    private int _least;

    /// <summary>Classes with a count of their own.</summary>
    public int Count { get; private set; }

    /// <summary>Examples that came here.</summary>
    public long Seen { get; private set; }

    /// <summary>Examples the regressor learnt from.</summary>
    public long Trained { get; private set; }

    /// <summary>Sum of their scores.</summary>
    public double Score { get; private set; }

    /// <summary>The class met most often, the first to get there if several did; -1 at first.</summary>
    public int Best { get; private set; } = -1;

    /// <summary>How often.</summary>
    public int BestSeen { get; private set; }

    /// <summary>E = Σ m/Σ n; 0 if there was none.</summary>
    public double Mean => Trained == 0 ? 0 : Score / Trained;

    /// <summary>More than this share of the examples are not of the most frequent class.</summary>
    public bool IsMixed(double share) => Seen - BestSeen > share * Seen;

    /// <summary>Bytes in use.</summary>
    public long Bytes => 24L * _slots.Length + 112 + (_shared.Length == 0 ? 0 : 24 + SharedCount.Size * (long)_shared.Length);

    /// <summary>Counts in use: of a class each and shared.</summary>
    public IEnumerable<ClassCount> Counts => Entries.Concat(_shared.Select(s => s.All));

    /// <summary>Counts of classes that have one of their own, in the order of the table.</summary>
    public IEnumerable<ClassCount> Entries
    {
        get
        {
            foreach (var slot in _slots)
                if (slot.Key != 0) yield return slot;
        }
    }

    /// <summary>Counts an example that came here.</summary>
    /// <param name="label">Its class.</param>
    /// <param name="settled">Counts are not to pass from one class to others any more.</param>
    /// <returns>The class's count; if it has none of its own, the one it shares.</returns>
    public ref ClassCount See(int label, bool settled = false)
    {
        Seen++;
        int at = Find(label);
        if (at < 0)
        {
            if (_shared.Length > 0 || (most > 0 && Count >= most)) return ref SeeShared(label, settled);
            at = Add(label);
        }
        ref var count = ref _slots[at];
        count.Seen++;
        if (count.Seen > BestSeen) (Best, BestSeen) = (label, count.Seen);
        return ref count;
    }

    /// <summary>Counts a score.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Learn(ref ClassCount count, float score)
    {
        count.Trained++;
        count.Score += score;
        if (score > 0) count.Right++;
        Trained++;
        Score += score;
    }

    /// <summary>How often a class came, as far as that is sure.</summary>
    public int SeenOf(int label)
    {
        int at = Find(label);
        if (at >= 0) return _slots[at].Seen;
        if (_shared.Length == 0) return 0;
        ref var shared = ref _shared[SharedCount.PlaceOf(label, salt, _shared.Length, out _)];
        return shared.All.Key == label + 1 ? shared.Votes : 0;
    }

    /// <summary>How often a class came; if it has no count of its own, how often those it shares one with came on average.</summary>
    public double MeanSeenOf(int label)
    {
        int at = Find(label);
        if (at >= 0) return _slots[at].Seen;
        if (_shared.Length == 0) return 0;
        ref var shared = ref _shared[SharedCount.PlaceOf(label, salt, _shared.Length, out _)];
        return shared.All.Seen == 0 ? 0 : shared.All.Seen / Math.Max(1, shared.Classes);
    }

    /// <summary>Forgets everything.</summary>
    public void Clear()
    {
        (_slots, _shared, _shift, _least, Count, Seen, Trained, Score, Best, BestSeen) = ([], [], 32, 0, 0, 0, 0, 0, -1, 0);
    }

    public void Save(ModelWriter writer)
    {
        writer.Write(Seen);
        writer.Write(Trained);
        writer.Write(Score);
        writer.Write(Best);
        writer.Write(BestSeen);
        writer.Write(_slots.Length);
        writer.Write(Count);
        int start = 0;
        while (start < _slots.Length && _slots[start].Key != 0) start++;
        for (int i = 0; i < _slots.Length; i++)
        {
            ref var slot = ref _slots[(start + i) & (_slots.Length - 1)];
            if (slot.Key != 0) Write(writer, slot);
        }
        if (most == 0) return;
        writer.Write(_shared.Length);
        foreach (ref var shared in _shared.AsSpan())
        {
            Write(writer, shared.All);
            writer.Write(shared.Votes);
            writer.Write((int)shared.Met);
        }
    }

    /// <param name="reader">Where it stands.</param>
    /// <param name="most">Most counts; 0 for no bound.</param>
    /// <param name="salt">As before.</param>
    /// <param name="shares">False for a model in which no counts were shared.</param>
    /// <param name="keeps">As before.</param>
    public static ClassTally Load(ModelReader reader, int most, int salt, bool shares, bool keeps = true)
    {
        var tally = new ClassTally(most, salt, keeps)
        {
            Seen = reader.ReadInt64(),
            Trained = reader.ReadInt64(),
            Score = reader.ReadDouble(),
            Best = reader.ReadInt32(),
            BestSeen = reader.ReadInt32(),
        };
        int length = reader.ReadInt32(), count = reader.ReadInt32();
        if (length < 0 || count < 0 || 4L * count > 3L * length || (length & (length - 1)) != 0) throw new ForageException($"The model has counts of {count} classes in {length} places.");
        tally.Resize(length);
        for (int i = 0; i < count; i++) tally.Place(Read(reader));
        if (most == 0 || !shares) return tally;
        int shared = reader.ReadInt32();
        if (shared != 0 && shared != tally.Shares) throw new ForageException($"The model has {shared} shared counts of {most}.");
        tally._shared = new SharedCount[shared];
        foreach (ref var place in tally._shared.AsSpan()) place = new SharedCount { All = Read(reader), Votes = reader.ReadInt32(), Met = (uint)reader.ReadInt32() };
        return tally;
    }

    private static void Write(ModelWriter writer, in ClassCount count)
    {
        writer.Write(count.Key - 1);
        writer.Write(count.Seen);
        writer.Write(count.Trained);
        writer.Write(count.Right);
        writer.Write(count.Score);
    }

    private static ClassCount Read(ModelReader reader) => new() { Key = reader.ReadInt32() + 1, Seen = reader.ReadInt32(), Trained = reader.ReadInt32(), Right = reader.ReadInt32(), Score = reader.ReadDouble() };

    /// <summary>How many counts are shared beyond the bound: a quarter, of few more.</summary>
    private int Shares => keeps ? Math.Max(most / 4, Math.Min(4, Math.Max(2, most / 2))) : most;

    private uint Home(int label) => ((uint)label * Spread) >> _shift;

    /// <summary>The smallest table that holds so many classes.</summary>
    private static int LengthFor(int classes)
    {
        int length = 4;
        while (4L * classes > 3L * length) length *= 2;
        return length;
    }

    private int Find(int label)
    {
        if (_slots.Length == 0) return -1;
        for (uint h = Home(label); ; h = (h + 1) & (uint)(_slots.Length - 1))
        {
            if (_slots[h].Key == label + 1) return (int)h;
            if (_slots[h].Key == 0) return -1;
        }
    }

    private int Add(int label)
    {
        if (4 * (Count + 1) > 3 * _slots.Length)
        {
            var old = _slots;
            Resize(Math.Max(4, 2 * old.Length));
            foreach (var slot in old)
                if (slot.Key != 0) Place(slot);
        }
        return Place(new ClassCount { Key = label + 1 });
    }

    private void Resize(int length)
    {
        (_slots, Count) = (new ClassCount[length], 0);
        _shift = length <= 1 ? 32 : 32 - System.Numerics.BitOperations.Log2((uint)length);
    }

    private int Place(ClassCount count)
    {
        uint h = Home(count.Key - 1);
        while (_slots[h].Key != 0) h = (h + 1) & (uint)(_slots.Length - 1);
        _slots[h] = count;
        Count++;
        return (int)h;
    }

    private ref ClassCount SeeShared(int label, bool settled)
    {
        if (_shared.Length == 0)
        {
            if (settled) return ref s_unknown[0];
            Share();
        }
        ref var shared = ref _shared[SharedCount.PlaceOf(label, salt, _shared.Length, out uint bit)];
        shared.Vote(label + 1, 1, bit);
        if (shared.All.Key != label + 1) return ref shared.All;
        if (shared.Votes > BestSeen) (Best, BestSeen) = (label, shared.Votes);
        if (settled || Count == 0 || shared.Votes <= 2 * _least) return ref shared.All;
        var last = Entries.MinBy(e => ((long)e.Seen << 32) - e.Key);
        _least = last.Seen;
        if (shared.Votes <= 2 * _least) return ref shared.All;
        int at = Exchange(last, shared.Release());
        return ref _slots[at];
    }

    /// <summary>
    /// Leaves their counts to the classes met most often, ties to the smaller class, in a table half as long as it would have come to be: with the shared counts it takes no more memory.
    /// </summary>
    private void Share()
    {
        var all = Entries.OrderByDescending(e => e.Seen).ThenBy(e => e.Key).ToArray();
        int length = LengthFor(most + 1) / 2, shares = Shares, own = Math.Min(most - shares, 3 * length / 4);
        _shared = new SharedCount[shares];
        Resize(own == 0 ? 0 : length);
        foreach (var entry in all.AsSpan(0, own)) Place(entry);
        foreach (var entry in all.AsSpan(own)) Surrender(entry);
    }

    /// <summary>A class takes the place of another, which shares a count from now on.</summary>
    private int Exchange(ClassCount last, ClassCount next)
    {
        var old = _slots;
        Resize(old.Length);
        foreach (var entry in old)
            if (entry.Key != 0 && entry.Key != last.Key) Place(entry);
        Surrender(last);
        return Place(next);
    }

    private void Surrender(in ClassCount entry)
    {
        ref var shared = ref _shared[SharedCount.PlaceOf(entry.Key - 1, salt, _shared.Length, out uint bit)];
        shared.Take(entry, bit);
    }
}
