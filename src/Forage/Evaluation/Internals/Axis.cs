using System.Globalization;

namespace Forage.Evaluation.Internals;

/// <summary>A chart's axis: a range of values, where they fall in pixels, and round places for ticks.</summary>
internal sealed class Axis
{
    private readonly bool _logarithmic;
    private readonly double _from, _to, _pixelFrom, _pixelTo;

    private Axis(double from, double to, double pixelFrom, double pixelTo, bool logarithmic, IReadOnlyList<double> ticks, double step)
        => (_from, _to, _pixelFrom, _pixelTo, _logarithmic, Ticks, Step) = (from, to, pixelFrom, pixelTo, logarithmic, ticks, step);

    /// <summary>Round values within the range.</summary>
    public IReadOnlyList<double> Ticks { get; }

    /// <summary>Distance of the ticks; 0 on a logarithmic axis.</summary>
    public double Step { get; }

    /// <summary>Where the axis begins.</summary>
    public double From => _from;

    /// <summary>Where the axis ends.</summary>
    public double To => _to;

    /// <summary>An axis in equal steps that covers the finite ones of the values and, if <paramref name="round"/>, ends on ticks.</summary>
    public static Axis Linear(IEnumerable<double> values, double pixelFrom, double pixelTo, int ticks = 5, bool fromZero = false, bool round = true)
    {
        var (low, high) = Range(values);
        if (fromZero) (low, high) = (Math.Min(0, low), Math.Max(0, high));
        if (low == high)
        {
            double pad = low == 0 ? 1 : Math.Abs(low) * 0.1;
            (low, high) = (fromZero && low >= 0 ? low : low - pad, high + pad);
        }
        double step = NiceStep((high - low) / ticks);
        double from = round ? Math.Floor(low / step + 1e-9) * step : low, to = round ? Math.Ceiling(high / step - 1e-9) * step : high;
        var places = new List<double>();
        for (double k = Math.Ceiling(from / step - 1e-9); k * step <= to + 1e-9 * step; k++) places.Add(k == 0 ? 0 : k * step);
        return new Axis(from, to, pixelFrom, pixelTo, false, places, step);
    }

    /// <summary>An axis in decades over the positive ones of the values.</summary>
    public static Axis Logarithmic(IEnumerable<double> values, double pixelFrom, double pixelTo)
    {
        var (low, high) = Range(values.Where(v => v > 0));
        if (low <= 0) (low, high) = (1, 10);
        if (high / low < 1.01) (low, high) = (low / 2, high * 2);
        var places = new List<double>();
        double[] within = high / low > 1e5 ? [1] : high / low > 100 ? [1, 3] : [1, 2, 5];
        for (int decade = (int)Math.Floor(Math.Log10(low)); decade <= Math.Log10(high); decade++)
            foreach (double m in within)
                if (m * Math.Pow(10, decade) is var v && v >= low * 0.999 && v <= high * 1.001) places.Add(v);
        return new Axis(low, high, pixelFrom, pixelTo, true, places, 0);
    }

    /// <summary>Pixel of a value.</summary>
    public double At(double value)
    {
        double t = _logarithmic ? Math.Log(Math.Max(value, _from * 1e-3) / _from) / Math.Log(_to / _from) : (value - _from) / (_to - _from);
        return _pixelFrom + Math.Clamp(t, -0.02, 1.02) * (_pixelTo - _pixelFrom);
    }

    /// <summary>A tick's label.</summary>
    public string Label(double value)
    {
        double size = Math.Max(Math.Abs(_from), Math.Abs(_to));
        return !_logarithmic && size is < 1e6 and >= 1e-3 ? Fixed(value, Decimals) : Compact(value);
    }

    /// <summary>A value between ticks, to about a hundredth of the axis: the same number of digits for all values of the chart.</summary>
    public string Precise(double value)
    {
        double size = Math.Max(Math.Abs(_from), Math.Abs(_to));
        int decimals = Math.Clamp((int)Math.Ceiling(-Math.Log10(_to - _from) - 1e-9) + 2, 0, 8);
        return size is < 1e6 and >= 1e-3 && double.IsFinite(value) ? Fixed(value, decimals) : Compact(value);
    }

    private int Decimals
    {
        get
        {
            int decimals = Math.Clamp((int)Math.Ceiling(-Math.Log10(Step) - 1e-9), 0, 8);
            double scaled = Step * Math.Pow(10, decimals);
            return Math.Abs(scaled - Math.Round(scaled)) > 1e-6 ? decimals + 1 : decimals;
        }
    }

    private static string Fixed(double value, int decimals)
    {
        string text = value.ToString("N" + decimals, CultureInfo.InvariantCulture);
        return text.AsSpan().IndexOfAnyInRange('1', '9') < 0 ? text.TrimStart('-') : text.Replace('-', '−');
    }

    /// <summary>A number in few characters: 0.0123, 12.5k, 3.4M.</summary>
    public static string Compact(double v)
    {
        string text = Math.Abs(v) switch
        {
            >= 1e9 => (v / 1e9).ToString("0.##", CultureInfo.InvariantCulture) + "G",
            >= 1e6 => (v / 1e6).ToString("0.##", CultureInfo.InvariantCulture) + "M",
            >= 1e4 => (v / 1e3).ToString("0.##", CultureInfo.InvariantCulture) + "k",
            >= 1e-4 or 0 => v.ToString("G4", CultureInfo.InvariantCulture),
            double.NaN => "–",
            _ => v.ToString("0.#e0", CultureInfo.InvariantCulture),
        };
        return text.Replace('-', '−');
    }

    private static (double Low, double High) Range(IEnumerable<double> values)
    {
        double low = double.PositiveInfinity, high = double.NegativeInfinity;
        foreach (double v in values)
            if (double.IsFinite(v)) (low, high) = (Math.Min(low, v), Math.Max(high, v));
        return low > high ? (0, 0) : (low, high);
    }

    private static double NiceStep(double rough)
    {
        double power = Math.Pow(10, Math.Floor(Math.Log10(rough)));
        double m = rough / power;
        return power * (m <= 1 ? 1 : m <= 2 ? 2 : m <= 2.5 ? 2.5 : m <= 5 ? 5 : 10);
    }
}
