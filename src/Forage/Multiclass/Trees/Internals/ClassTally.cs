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
/// Counts of the classes met at a node: open addressing by class, three quarters full at most, bounded. When there are more classes than the bound, the half met least often is
/// forgotten; the sums over all classes keep what they were.
/// </summary>
internal sealed class ClassTally(int most)
{
    private const uint Spread = 2654435769;

    private ClassCount[] _slots = [];
    private int _shift = 32;

    /// <summary>Classes kept.</summary>
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
    public long Bytes => 24L * _slots.Length + 80;

    /// <summary>Classes kept, in the order of the table.</summary>
    public IEnumerable<ClassCount> Entries
    {
        get
        {
            foreach (var slot in _slots)
                if (slot.Key != 0) yield return slot;
        }
    }

    /// <summary>Counts an example that came here.</summary>
    public ref ClassCount See(int label)
    {
        ref var count = ref FindOrAdd(label);
        count.Seen++;
        Seen++;
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

    /// <summary>Share of a class among the examples that came here.</summary>
    public int SeenOf(int label)
    {
        if (_slots.Length == 0) return 0;
        for (uint h = Home(label); ; h = (h + 1) & (uint)(_slots.Length - 1))
        {
            if (_slots[h].Key == label + 1) return _slots[h].Seen;
            if (_slots[h].Key == 0) return 0;
        }
    }

    /// <summary>Forgets everything.</summary>
    public void Clear()
    {
        (_slots, _shift, Count, Seen, Trained, Score, Best, BestSeen) = ([], 32, 0, 0, 0, 0, -1, 0);
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
            if (slot.Key == 0) continue;
            writer.Write(slot.Key - 1);
            writer.Write(slot.Seen);
            writer.Write(slot.Trained);
            writer.Write(slot.Right);
            writer.Write(slot.Score);
        }
    }

    public static ClassTally Load(ModelReader reader, int most)
    {
        var tally = new ClassTally(most)
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
        for (int i = 0; i < count; i++)
        {
            tally.Place(new ClassCount { Key = reader.ReadInt32() + 1, Seen = reader.ReadInt32(), Trained = reader.ReadInt32(), Right = reader.ReadInt32(), Score = reader.ReadDouble() });
        }
        return tally;
    }

    private uint Home(int label) => ((uint)label * Spread) >> _shift;

    private ref ClassCount FindOrAdd(int label)
    {
        if (_slots.Length > 0)
        {
            for (uint h = Home(label); ; h = (h + 1) & (uint)(_slots.Length - 1))
            {
                if (_slots[h].Key == label + 1) return ref _slots[h];
                if (_slots[h].Key == 0) break;
            }
        }
        if (most > 0 && Count >= most) Forget();
        if (4 * (Count + 1) > 3 * _slots.Length)
        {
            var old = _slots;
            Resize(Math.Max(4, 2 * old.Length));
            foreach (var slot in old)
                if (slot.Key != 0) Place(slot);
        }
        return ref Place(new ClassCount { Key = label + 1 });
    }

    private void Resize(int length)
    {
        (_slots, Count) = (new ClassCount[length], 0);
        _shift = length <= 1 ? 32 : 32 - System.Numerics.BitOperations.Log2((uint)length);
    }

    private ref ClassCount Place(ClassCount count)
    {
        uint h = Home(count.Key - 1);
        while (_slots[h].Key != 0) h = (h + 1) & (uint)(_slots.Length - 1);
        _slots[h] = count;
        Count++;
        return ref _slots[h];
    }

    /// <summary>Keeps the half met most often; ties go to the smaller class.</summary>
    private void Forget()
    {
        var kept = Entries.OrderByDescending(e => e.Seen).ThenBy(e => e.Key).Take(Count / 2).ToArray();
        Resize(_slots.Length);
        foreach (var entry in kept) Place(entry);
    }
}
