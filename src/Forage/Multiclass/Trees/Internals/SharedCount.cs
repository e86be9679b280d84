using System.Numerics;

namespace Forage.Multiclass.Trees.Internals;

/// <summary>
/// A count that many classes share at a node with more classes than it may count: a class comes to the same one always, so what the node does with them is as stable as with one class.
/// A vote (Boyer and Moore) finds the class that is most of it, if one is.
/// </summary>
internal struct SharedCount
{
    /// <summary>Bytes of one.</summary>
    public const int Size = 32;

    /// <summary>Of all its classes together; the key is that of the class the vote is for.</summary>
    public ClassCount All;

    /// <summary>At most how often that class came beyond half; no more than it did come.</summary>
    public int Votes;

    /// <summary>A bit, by hash, of each class that came.</summary>
    public uint Met;

    /// <summary>Classes that came, estimated from the bits that are not set.</summary>
    public readonly double Classes => 32 * Math.Log(32 / Math.Max(0.5, 32 - BitOperations.PopCount(Met)));

    /// <summary>The place of a class among so many, and its bit. Nodes with another salt gather other classes.</summary>
    public static int PlaceOf(int label, int salt, int count, out uint bit)
    {
        uint h = ((uint)label * 2654435769) ^ ((uint)salt * 2246822507);
        h = (h ^ (h >> 16)) * 0x7feb352d;
        h = (h ^ (h >> 15)) * 0x846ca68b;
        h ^= h >> 16;
        bit = 1u << (int)((h * 2654435769) >> 27);
        return (int)(((ulong)h * (uint)count) >> 32);
    }

    /// <summary>One of its classes came so often.</summary>
    public void Vote(int key, int times, uint bit)
    {
        All.Seen += times;
        Met |= bit;
        if (All.Key == key) Votes += times;
        else if (times > Votes) (All.Key, Votes) = (key, times - Votes);
        else Votes -= times;
    }

    /// <summary>Takes in a class that had a count of its own.</summary>
    public void Take(in ClassCount own, uint bit)
    {
        Vote(own.Key, own.Seen, bit);
        All.Trained += own.Trained;
        All.Right += own.Right;
        All.Score += own.Score;
    }

    /// <summary>Lets the class go that the vote is for, with its votes' part of everything: both means are what the mean was.</summary>
    public ClassCount Release()
    {
        double part = Votes / (double)All.Seen;
        var own = new ClassCount { Key = All.Key, Seen = Votes, Trained = (int)(part * All.Trained), Right = (int)(part * All.Right) };
        own.Score = All.Mean * own.Trained;
        All.Seen -= own.Seen;
        All.Trained -= own.Trained;
        All.Right -= own.Right;
        All.Score -= own.Score;
        (All.Key, Votes) = (0, 0);
        return own;
    }
}
