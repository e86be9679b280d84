using Forage.Budgets.Programs;
using Forage.Oracles;

namespace Forage.Budgets.Internals;

/// <summary>
/// The mixture P of policies, of weight at most 1, with the greatest Σ P(a|x) g(x, a) - Z max_i (Σ P(a|x) v_i(x, a) - 1)+, found with an arg-max oracle only: a linear program over the policies met so far, whose prices ask
/// the oracle for the policy that would improve it most, until none does.
/// </summary>
/// <param name="oracle">Looks at Π.</param>
/// <param name="resources">R.</param>
/// <param name="tolerance">What the value found may lack of the greatest, of itself.</param>
internal sealed class PenalisedMixture(IArgMaxOracle oracle, int resources, double tolerance)
{
    private const int Capacity = 120, Kept = 20; // the last variable is how far the worst load is above 1
    private readonly List<int[]> _policies = [];
    private readonly double[] _priced = new double[oracle.Contexts * oracle.Actions], _table = new double[oracle.Contexts * oracle.Actions], _loads = new double[oracle.Contexts * oracle.Actions * resources];
    private readonly double[] _weights = new double[Capacity], _objective = new double[Capacity], _prices = new double[resources + 1], _column = new double[resources + 1];
    private LinearProgram _program = Empty(resources);

    /// <summary>P(a|x) of the last mixture.</summary>
    public ReadOnlySpan<double> Table => _table;

    /// <summary>Calls of the oracle so far.</summary>
    public long Calls { get; private set; }

    /// <summary>Sets v, resources × contexts × K.</summary>
    public void Load(ReadOnlySpan<double> loads)
    {
        loads.CopyTo(_loads);
        Rebuild();
    }

    /// <summary>Maximises.</summary>
    /// <param name="gains">g, contexts × K.</param>
    /// <param name="penalty">Z ≥ 0.</param>
    /// <returns>The greatest value.</returns>
    public double Maximise(ReadOnlySpan<double> gains, double penalty)
    {
        if (_policies.Count > Capacity / 2) Rebuild();
        Array.Clear(_objective);
        for (int j = 0; j < _policies.Count; j++) _objective[j] = Sum(gains, _policies[j]);
        _objective[^1] = -penalty;
        double value = _program.Maximise(_objective, _weights, _prices).Value;
        while (_policies.Count < Capacity - 1)
        {
            var choices = Best(gains);
            double reduced = Sum(gains, choices);
            for (int q = 0; q < resources; q++) reduced -= _prices[q] * Sum(Row(q), choices);
            if (reduced <= _prices[^1] + tolerance * Math.Abs(value) + 1e-12 || _policies.Exists(p => p.AsSpan().SequenceEqual(choices))) break;
            _objective[_policies.Count] = Sum(gains, choices);
            Add(choices);
            value = _program.Maximise(_objective, _weights, _prices).Value;
        }
        Array.Clear(_table);
        int k = oracle.Actions;
        for (int j = 0; j < _policies.Count; j++)
            if (_weights[j] > 0)
                for (int c = 0; c < _policies[j].Length; c++) _table[c * k + _policies[j][c]] += _weights[j];
        return value;
    }

    // The policy of the greatest gain at these prices. The oracle is promised no negative rewards; a context's constant changes nothing.
    private int[] Best(ReadOnlySpan<double> gains)
    {
        int k = oracle.Actions;
        gains.CopyTo(_priced);
        for (int q = 0; q < resources; q++)
        {
            double price = _prices[q];
            if (price == 0) continue;
            var row = Row(q);
            for (int i = 0; i < row.Length; i++) _priced[i] -= price * row[i];
        }
        for (int at = 0; at < _priced.Length; at += k)
        {
            var row = _priced.AsSpan(at, k);
            double least = double.PositiveInfinity;
            foreach (double v in row) least = Math.Min(least, v);
            foreach (ref double v in row) v -= least;
        }
        var choices = new int[oracle.Contexts];
        oracle.Best(_priced).Choose(0, choices);
        Calls++;
        return choices;
    }

    // Of the policies of the last time those with weight and the latest are a good start.
    private void Rebuild()
    {
        for (int j = _policies.Count - 1 - Kept; j >= 0; j--)
            if (!(_weights[j] > 0)) _policies.RemoveAt(j);
        _program = Empty(resources);
        int[][] kept = [.. _policies];
        _policies.Clear();
        foreach (var choices in kept) Add(choices);
    }

    private void Add(int[] choices)
    {
        for (int q = 0; q < resources; q++) _column[q] = Sum(Row(q), choices);
        _column[^1] = 1;
        _program.Replace(_policies.Count, _column);
        _policies.Add(choices);
    }

    private ReadOnlySpan<double> Row(int resource) => _loads.AsSpan(resource * _table.Length, _table.Length);

    private double Sum(ReadOnlySpan<double> cells, int[] choices)
    {
        double sum = 0;
        for (int c = 0; c < choices.Length; c++) sum += cells[c * oracle.Actions + choices[c]];
        return sum;
    }

    private static LinearProgram Empty(int resources)
    {
        double[] matrix = new double[(resources + 1) * Capacity], limits = new double[resources + 1];
        Array.Fill(limits, 1.0);
        for (int q = 0; q < resources; q++) matrix[q * Capacity + Capacity - 1] = -1;
        return new LinearProgram(matrix, limits);
    }
}
