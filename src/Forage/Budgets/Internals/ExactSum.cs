namespace Forage.Budgets.Internals;

/// <summary>
/// A sum of doubles without any rounding: its parts do not overlap and grow in size (Shewchuk 1997, grow-expansion without zeros), so their exact sum is the sum of all that was added and
/// has the sign of the last part.
/// </summary>
internal struct ExactSum()
{
    private double[] _parts = new double[4];
    private int _count;

    /// <summary>The sum, rounded once or nearly so: parts are added from the smallest.</summary>
    public readonly double Value
    {
        get
        {
            double sum = 0;
            for (int i = 0; i < _count; i++) sum += _parts[i];
            return sum;
        }
    }

    /// <summary>The parts, from the smallest.</summary>
    public readonly ReadOnlySpan<double> Parts => _parts.AsSpan(0, _count);

    /// <summary>Adds a finite number.</summary>
    public void Add(double value)
    {
        if (_count + 1 > _parts.Length) Array.Resize(ref _parts, 2 * _parts.Length);
        _count = Grow(_parts, _count, value);
    }

    /// <summary>True if the sum plus <paramref name="more"/>, and perhaps the parts of another sum, is at most <paramref name="limit"/>, decided exactly.</summary>
    public readonly bool Fits(double more, double limit, ReadOnlySpan<double> others = default)
    {
        Span<double> parts = stackalloc double[_count + others.Length + 2];
        _parts.AsSpan(0, _count).CopyTo(parts);
        int count = Grow(parts, Grow(parts, _count, more), -limit);
        foreach (double other in others) count = Grow(parts, count, other);
        return count == 0 || parts[count - 1] <= 0;
    }

    private static int Grow(Span<double> parts, int count, double value)
    {
        int kept = 0;
        for (int i = 0; i < count; i++)
        {
            double other = parts[i], sum = value + other, part = sum - value;
            double error = (value - (sum - part)) + (other - part);
            if (error != 0) parts[kept++] = error;
            value = sum;
        }
        if (value != 0) parts[kept++] = value;
        return kept;
    }
}
