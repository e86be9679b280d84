namespace Forage.Markets.Internals;

/// <summary>A sum whose rounding errors are carried along (Neumaier 1974): the error is one rounding of the result, however many terms.</summary>
internal struct Compensated(double value)
{
    private double _sum = value, _low;

    /// <summary>The sum.</summary>
    public readonly double Value => double.IsFinite(_sum) ? _sum + _low : _sum;

    /// <summary>Adds a term.</summary>
    public void Add(double term) => Add(ref _sum, ref _low, term);

    /// <summary>Adds a term to a sum kept in two numbers.</summary>
    public static void Add(ref double sum, ref double low, double term)
    {
        double next = sum + term;
        if (double.IsFinite(next)) low += Math.Abs(sum) >= Math.Abs(term) ? sum - next + term : term - next + sum;
        sum = next;
    }

    /// <summary>The two parts, for saving.</summary>
    public readonly (double Sum, double Low) Parts => (_sum, _low);

    /// <summary>From saved parts.</summary>
    public static Compensated Of(double sum, double low) => new(sum) { _low = low };
}
