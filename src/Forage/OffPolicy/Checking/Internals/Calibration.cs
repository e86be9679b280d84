namespace Forage.OffPolicy.Checking.Internals;

/// <summary>
/// Were actions chosen as often as their logged probability says? Actions are put in rows by probability; the chosen one falls into a row with the row's
/// total probability P, given everything before. Bets at odds θ times as good as P says, θ on both sides of 1, win only if P is wrong.
/// </summary>
internal sealed class Calibration
{
    private const int Rows = 12; // (1/2, 1], (1/4, 1/2], ..., everything smaller
    private static readonly double[] s_odds = [0.25, 0.5, 0.8, 1.25, 2, 4];

    private readonly double[] _mass = new double[Rows], _expected = new double[Rows];
    private readonly long[] _observed = new long[Rows];
    private readonly double[] _logs = new double[Rows * 6];

    public void Add(ReadOnlySpan<double> distribution, int chosen)
    {
        Array.Clear(_mass);
        double total = 0;
        foreach (double p in distribution)
        {
            if (!(p > 0)) continue;
            _mass[Row(p)] += p;
            total += p;
        }
        int hit = (uint)chosen < (uint)distribution.Length && distribution[chosen] > 0 ? Row(distribution[chosen]) : -1;
        if (hit < 0 || !(total > 0)) return;
        _observed[hit]++;
        for (int b = 0; b < Rows; b++)
        {
            double p = Math.Min(1, _mass[b] / total);
            if (p <= 0) continue;
            _expected[b] += p;
            for (int k = 0; k < s_odds.Length; k++)
            {
                double scale = s_odds[k] * p + 1 - p;
                _logs[b * s_odds.Length + k] += b == hit ? Math.Log(s_odds[k] / scale) : -Math.Log(scale);
            }
        }
    }

    public IReadOnlyList<CalibrationRow> Summary(double confidence)
    {
        int used = _expected.Count(e => e > 0);
        List<CalibrationRow> rows = [];
        for (int b = 0; b < Rows; b++)
        {
            if (_expected[b] <= 0) continue;
            var logs = _logs.AsSpan(b * s_odds.Length, s_odds.Length);
            double largest = double.NegativeInfinity, sum = 0;
            foreach (double log in logs) largest = Math.Max(largest, log);
            foreach (double log in logs) sum += Math.Exp(log - largest);
            double wealth = largest + Math.Log(sum / s_odds.Length);
            rows.Add(new CalibrationRow(b == Rows - 1 ? 0 : Math.ScaleB(1, -b - 1), Math.ScaleB(1, -b), _expected[b], _observed[b], wealth, wealth >= Math.Log(used / (1 - confidence))));
        }
        return rows;
    }

    private static int Row(double p) => Math.Clamp(-Math.ILogB(p) - (Math.ScaleB(1, Math.ILogB(p)) == p ? 0 : 1), 0, Rows - 1);
}
