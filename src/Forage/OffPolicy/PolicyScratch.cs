namespace Forage.OffPolicy;

/// <summary>
/// Working memory of one thread that asks policies and reward models: a bump allocator over arrays that grow and stay. What is taken is not
/// cleared and lives until <see cref="Clear"/>, which whoever owns the scratch calls between decisions.
/// </summary>
public sealed class PolicyScratch
{
    private double[] _doubles = new double[256];
    private float[] _floats = new float[256];
    private int[] _ints = new int[256];
    private int _doublesUsed, _floatsUsed, _intsUsed;
    private object? _other;

    /// <summary>Room for <paramref name="count"/> doubles, contents undefined.</summary>
    public Span<double> Doubles(int count) => Take(ref _doubles, ref _doublesUsed, count);

    /// <summary>Room for <paramref name="count"/> floats, contents undefined.</summary>
    public Span<float> Floats(int count) => Take(ref _floats, ref _floatsUsed, count);

    /// <summary>Room for <paramref name="count"/> integers, contents undefined.</summary>
    public Span<int> Ints(int count) => Take(ref _ints, ref _intsUsed, count);

    /// <summary>
    /// Working memory of another kind, the same object at each call as long as no other kind is asked for; what it holds is to be copied before another policy is asked.
    /// </summary>
    public T Of<T>() where T : class, new()
    {
        if (_other is not T other) _other = other = new T();
        return other;
    }

    /// <summary>Takes everything back; what was taken before must not be used any more.</summary>
    public void Clear() => _doublesUsed = _floatsUsed = _intsUsed = 0;

    // On growth the old array stays alive through the spans handed out of it; what they hold is not lost.
    private static Span<T> Take<T>(ref T[] array, ref int used, int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        if (used + count > array.Length)
        {
            array = new T[Math.Max(2 * array.Length, used + count)];
        }
        var taken = array.AsSpan(used, count);
        used += count;
        return taken;
    }
}
