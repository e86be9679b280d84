using Forage.Budgets.Internals;

namespace Forage.Budgets.Programs;

/// <summary>
/// max c·x subject to Ax ≤ b, x ≥ 0 with few rows, by the tableau simplex method: the greatest reduced cost enters, Bland's rule once that has gone on for long. One program may be maximised for
/// many objectives, each from the last one's vertex.
/// </summary>
/// <remarks>A b with negative entries is met by an auxiliary variable subtracted from every row and driven to zero first. Every answer carries a certificate taken from A, b and c; one that fails is solved anew from the start.</remarks>
public sealed class LinearProgram
{
    private const double Pivot = 1e-10;
    private const double Tolerance = 1e-7;
    private readonly double[] _matrix, _limits, _tableau, _costs;
    private readonly int[] _basis;
    private readonly int _rows, _variables, _width;
    private bool _ready;

    /// <summary>A program without objective.</summary>
    /// <param name="matrix">A, rows × variables.</param>
    /// <param name="limits">b, one a row.</param>
    public LinearProgram(ReadOnlySpan<double> matrix, ReadOnlySpan<double> limits)
    {
        if (limits.IsEmpty || matrix.IsEmpty || matrix.Length % limits.Length != 0) BudgetThrow.Wrong($"A matrix of {matrix.Length} entries was given for {limits.Length} rows; expected as many a row and at least one.");
        (_matrix, _limits, _rows, _variables) = (matrix.ToArray(), limits.ToArray(), limits.Length, matrix.Length / limits.Length);
        _width = _variables + _rows + 2; // variables, slacks, the auxiliary, right-hand side
        (_tableau, _costs, _basis) = (new double[_rows * _width], new double[_width], new int[_rows]);
    }

    /// <summary>Number of variables.</summary>
    public int Variables => _variables;

    /// <summary>Number of rows.</summary>
    public int Rows => _rows;

    /// <summary>Pivots made so far.</summary>
    public long Pivots { get; private set; }

    /// <summary>Maximises c·x.</summary>
    /// <param name="objective">c.</param>
    /// <param name="x">Receives a vertex that maximises: at most <see cref="Rows"/> entries are not zero.</param>
    /// <param name="y">Receives the rows' prices.</param>
    /// <exception cref="ForageException">Nothing satisfies the rows, or c·x has no upper limit.</exception>
    public LinearCertificate Maximise(ReadOnlySpan<double> objective, Span<double> x, Span<double> y)
    {
        if (objective.Length != _variables || x.Length != _variables || y.Length != _rows)
            throw new ArgumentException($"{objective.Length} costs, {x.Length} values and {y.Length} prices were given; expected {_variables}, {_variables} and {_rows}.");
        bool fresh = !_ready;
        if (fresh) Start();
        var certificate = Solve(objective, x, y);
        if (fresh || certificate.Holds(Tolerance)) return certificate;
        Start();
        return Solve(objective, x, y);
    }

    /// <summary>Puts another column in the place of one that is zero in the last solution's basis, as programs that grow column by column need: begun with columns of zeros, the next maximum is sought from the last vertex.</summary>
    /// <param name="variable">The column; it must not be basic.</param>
    /// <param name="column">Its new entries, one a row.</param>
    public void Replace(int variable, ReadOnlySpan<double> column)
    {
        if (column.Length != _rows || Array.IndexOf(_basis, variable) >= 0 && _ready) throw new ArgumentException($"Column {variable} cannot be replaced by {column.Length} entries.");
        for (int i = 0; i < _rows; i++) _matrix[i * _variables + variable] = column[i];
        if (!_ready) return;
        for (int i = 0; i < _rows; i++) // the slacks' columns are the inverse of the basis
            _tableau[i * _width + variable] = ExpectedOutcomes.Dot(column, _tableau.AsSpan(i * _width + _variables, _rows));
    }

    /// <summary>The certificate of any x and y for this program.</summary>
    public LinearCertificate Certify(ReadOnlySpan<double> objective, ReadOnlySpan<double> x, ReadOnlySpan<double> y)
    {
        double primal = 0, dual = 0;
        for (int i = 0; i < _rows; i++)
        {
            primal = Math.Max(primal, ExpectedOutcomes.Dot(x, _matrix.AsSpan(i * _variables, _variables)) - _limits[i]);
            dual = Math.Max(dual, -y[i]);
        }
        for (int j = 0; j < _variables; j++)
        {
            double priced = 0;
            for (int i = 0; i < _rows; i++) priced += y[i] * _matrix[i * _variables + j];
            dual = Math.Max(dual, objective[j] - priced);
            primal = Math.Max(primal, -x[j]);
        }
        return new LinearCertificate(ExpectedOutcomes.Dot(objective, x), ExpectedOutcomes.Dot(_limits, y), primal, dual);
    }

    private LinearCertificate Solve(ReadOnlySpan<double> objective, Span<double> x, Span<double> y)
    {
        SetCosts(objective);
        if (!Climb()) BudgetThrow.Wrong($"A linear program of {_variables} variables and {_rows} rows has no upper limit; expected rows that bound its objective.");
        x.Clear();
        for (int i = 0; i < _rows; i++)
            if (_basis[i] < _variables) x[_basis[i]] = Math.Max(0, _tableau[i * _width + _width - 1]);
        for (int i = 0; i < _rows; i++) y[i] = Math.Max(0, -_costs[_variables + i]);
        return Certify(objective, x, y);
    }

    // The slack basis, made feasible.
    private void Start()
    {
        int auxiliary = _variables + _rows, lowest = 0;
        Array.Clear(_tableau);
        for (int i = 0; i < _rows; i++)
        {
            var row = _tableau.AsSpan(i * _width, _width);
            _matrix.AsSpan(i * _variables, _variables).CopyTo(row);
            row[_variables + i] = 1;
            row[auxiliary] = -1;
            row[^1] = _limits[i];
            _basis[i] = _variables + i;
            if (_limits[i] < _limits[lowest]) lowest = i;
        }
        if (_limits[lowest] < 0)
        {
            Array.Clear(_costs);
            _costs[auxiliary] = -1;
            Enter(lowest, auxiliary);
            Climb();
            int at = Array.IndexOf(_basis, auxiliary);
            if (at >= 0)
            {
                double left = _tableau[at * _width + _width - 1];
                if (left > Tolerance) BudgetThrow.Wrong($"A linear program of {_variables} variables and {_rows} rows cannot be satisfied, by {left}; expected rows that some x ≥ 0 satisfies.");
                int enters = -1;
                for (int j = 0; j < auxiliary; j++)
                    if (enters < 0 || Math.Abs(_tableau[at * _width + j]) > Math.Abs(_tableau[at * _width + enters])) enters = j;
                Enter(at, enters);
            }
        }
        for (int i = 0; i < _rows; i++) _tableau[i * _width + auxiliary] = 0; // never again
        _ready = true;
    }

    private void SetCosts(ReadOnlySpan<double> objective)
    {
        Array.Clear(_costs);
        objective.CopyTo(_costs);
        for (int i = 0; i < _rows; i++)
        {
            double cost = _basis[i] < _variables ? objective[_basis[i]] : 0;
            if (cost == 0) continue;
            var row = _tableau.AsSpan(i * _width, _width);
            for (int j = 0; j < _width; j++) _costs[j] -= cost * row[j];
        }
        foreach (int b in _basis) _costs[b] = 0;
    }

    // False if there is no upper limit.
    private bool Climb()
    {
        double least = 0;
        foreach (double c in _costs.AsSpan(0, _width - 1)) least = Math.Max(least, Math.Abs(c));
        least *= 1e-11;
        for (int step = 0; ; step++)
        {
            bool bland = step > 50 * (_rows + 10);
            int enters = -1;
            for (int j = 0; j < _width - 1; j++)
            {
                if (!(_costs[j] > least) || (enters >= 0 && _costs[j] <= _costs[enters])) continue;
                enters = j;
                if (bland) break;
            }
            if (enters < 0) return true;
            int leaves = -1;
            double smallest = double.PositiveInfinity;
            for (int i = 0; i < _rows; i++)
            {
                double along = _tableau[i * _width + enters];
                if (!(along > Pivot)) continue;
                double ratio = Math.Max(0, _tableau[i * _width + _width - 1]) / along;
                if (ratio > smallest || (ratio == smallest && _basis[i] > _basis[leaves])) continue;
                (leaves, smallest) = (i, ratio);
            }
            if (leaves < 0) return false;
            Enter(leaves, enters);
        }
    }

    private void Enter(int leaves, int enters)
    {
        var row = _tableau.AsSpan(leaves * _width, _width);
        double scale = 1 / row[enters];
        for (int j = 0; j < row.Length; j++) row[j] *= scale;
        row[enters] = 1;
        for (int i = 0; i < _rows; i++)
            if (i != leaves) Subtract(row, _tableau.AsSpan(i * _width, _width), enters);
        Subtract(row, _costs, enters);
        _basis[leaves] = enters;
        Pivots++;
    }

    private static void Subtract(ReadOnlySpan<double> row, Span<double> from, int column)
    {
        double share = from[column];
        if (share == 0) return;
        for (int j = 0; j < from.Length; j++) from[j] -= share * row[j];
        from[column] = 0;
    }
}
