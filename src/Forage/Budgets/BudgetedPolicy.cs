using Forage.Bandits;
using Forage.Budgets.Internals;
using Forage.Features;
using Forage.OffPolicy;
using Forage.Persistence;

namespace Forage.Budgets;

/// <summary>
/// Any explorer of linear models under budgets, for a service that paces them over a day. What is not affordable is excluded before the explorer decides; the most an action can consume is reserved until its outcome comes, so
/// nothing is overdrawn however late and in whatever order outcomes come; and the explorer learns the reward less the price of what was consumed, prices rising while more than B_i/T is spent a decision and falling while less is.
/// </summary>
/// <remarks>
/// Explorer and prices play against each other as in LagrangeBwK (Immorlica, Sankararaman, Schapire, Slivkins 2019). With u the reward on [0, 1] and c_i consumption in units of the largest, the explorer is taught
/// (u - Σ λ_i c_i)/(1 + Σ λ_i) on its range from -1 to 1, and λ_i ← [λ_i + η_i (c_i - B_i/T)] clipped to [0, T/B_i] when an outcome comes. For one thread at a time.
/// </remarks>
public sealed class BudgetedPolicy : IDisposable
{
    private const string Tag = "BUDG";
    private readonly BudgetedPolicyOptions _options;
    private readonly double[] _largest, _prices;
    private readonly ExactSum[] _reserved;
    private int[] _excluded = [];

    /// <summary>A day that begins.</summary>
    /// <param name="explorer">Decides and learns; disposed of with this. Its range of rewards is that of what is reported.</param>
    /// <param name="budgets">Decisions of the day, better too many than too few, and what may be spent on them.</param>
    /// <param name="options">How it works.</param>
    public BudgetedPolicy(ContextualBandit explorer, ResourceBudgets budgets, BudgetedPolicyOptions? options = null)
    {
        _options = options ?? new();
        (Explorer, Ledger, _largest) = (explorer, new BudgetLedger(budgets), _options.Validated(budgets));
        (_prices, _reserved) = (new double[budgets.Resources], new ExactSum[budgets.Resources]);
        for (int i = 0; i < _reserved.Length; i++) _reserved[i] = new ExactSum();
    }

    /// <summary>The explorer inside.</summary>
    public ContextualBandit Explorer { get; }

    /// <summary>The books of the day. Decisions whose outcomes have not come are not in them.</summary>
    public BudgetLedger Ledger { get; private set; }

    /// <summary>Decisions of the day.</summary>
    public long Decided { get; private set; }

    /// <summary>Decisions whose outcome has not come.</summary>
    public long Pending => Decided - Ledger.Rounds;

    /// <summary>λ_i over the largest consumption: what a unit of a resource is held to be worth, in rewards on [0, 1].</summary>
    public double Price(int resource) => _prices[resource] / _largest[resource];

    /// <summary>What is set aside for outcomes that have not come.</summary>
    public double Reserved(int resource) => _reserved[resource].Value;

    /// <summary>Spent and set aside, over what the plan of equal amounts a decision allows by now: 1 is on plan, 2 twice as fast. NaN before the first decision or without a budget.</summary>
    public double Pace(int resource) => Decided == 0 || Ledger.Budgets.Limits[resource] == 0 ? double.NaN : (Ledger.Spent(resource) + Reserved(resource)) / (Ledger.Budgets.Rate(resource) * Decided);

    /// <summary>Decides, and reserves the most the action can consume. After the planned number of decisions it is always the null action, <see cref="Draw.IsUncounted"/>: nothing need be reported of it, and what is reported is passed over.</summary>
    /// <param name="context">The decision.</param>
    /// <param name="most">Actions × R: the most each action can consume; 0 for the null action.</param>
    /// <param name="rng">Randomness.</param>
    /// <returns>The action and the probability it was drawn with, to be logged and to be told to <see cref="Learn"/> or <see cref="Cancel"/>.</returns>
    public Draw Decide(scoped in DecisionContext context, ReadOnlySpan<double> most, ref Rng rng)
    {
        int r = _prices.Length, n = context.ActionCount, zero = _options.NullAction;
        if (most.Length != n * r) BudgetThrow.Wrong($"{most.Length} largest consumptions were given for {n} actions and {r} resources; expected {n * r}.");
        if (!context.IsEligible(zero)) BudgetThrow.Wrong($"The null action {zero} cannot be chosen in a decision of {n} actions; expected it to be allowed always.");
        if (most.Slice(zero * r, r).ContainsAnyExcept(0.0)) BudgetThrow.Wrong($"The null action {zero} is said to consume something; expected nothing.");
        if (Decided >= Ledger.Budgets.Horizon) return new Draw(zero, 1) { IsUncounted = true };
        if (_excluded.Length < n) _excluded = new int[n];
        int excluded = 0;
        for (int a = 0; a < n; a++)
            if (!context.IsEligible(a) || (a != zero && !Ledger.CanReserve(most.Slice(a * r, r), _reserved))) _excluded[excluded++] = a;
        var draw = new Draw(zero, 1);
        if (excluded < n - 1)
        {
            var allowed = new DecisionContext(context.Rows, context.FirstRow, context.HasActionFeatures, n, _excluded.AsSpan(0, excluded), context.Logged, context.Number) { Vectors = context.Vectors, VectorRow = context.VectorRow };
            draw = Explorer.Decide(allowed, ref rng);
        }
        for (int i = 0; i < r; i++) _reserved[i].Add(most[draw.Action * r + i]);
        Decided++;
        return draw;
    }

    /// <summary>Books and learns an outcome.</summary>
    /// <param name="context">The decision, as it was.</param>
    /// <param name="draw">What <see cref="Decide"/> returned.</param>
    /// <param name="reserved">R numbers: the row of the action in what <see cref="Decide"/> was given.</param>
    /// <param name="reward">Reward, within the explorer's range.</param>
    /// <param name="consumption">What was consumed of each resource, at most what was reserved.</param>
    public void Learn(scoped in DecisionContext context, Draw draw, ReadOnlySpan<double> reserved, double reward, ReadOnlySpan<double> consumption)
    {
        if (draw.IsUncounted) return;
        CheckPending(reserved);
        if (consumption.Length != _prices.Length) BudgetThrow.Wrong($"Consumption of {consumption.Length} resources was met; expected {_prices.Length}.");
        double value = Explorer.Recipe.Range.ToUnit(reward), scale = 1;
        for (int i = 0; i < _prices.Length; i++)
        {
            if (!(consumption[i] >= 0 && consumption[i] <= reserved[i])) BudgetThrow.Wrong($"A consumption of {consumption[i]} of resource {i} was met; expected 0 to the {reserved[i]} that was reserved.");
            value -= _prices[i] * Math.Min(1, consumption[i] / _largest[i]);
            scale += _prices[i];
        }
        var range = Explorer.Recipe.Range;
        Explorer.Learn(context, draw.Action, draw.Probability, Math.Clamp(range.Lower + range.Length * (value / scale + 1) / 2, range.Lower, range.Upper));
        Ledger.Book(reward, consumption);
        Release(reserved);
        Move(consumption);
    }

    /// <summary>The outcome of a decision will never come, and nothing was consumed: what was reserved is set free.</summary>
    /// <param name="draw">What <see cref="Decide"/> returned.</param>
    /// <param name="reserved">R numbers: the row of the action in what <see cref="Decide"/> was given.</param>
    public void Cancel(Draw draw, ReadOnlySpan<double> reserved)
    {
        if (draw.IsUncounted) return;
        CheckPending(reserved);
        Ledger.Skip();
        Release(reserved);
        Move([]);
    }

    /// <summary>Begins another day with its budgets. What was learnt and the prices stay.</summary>
    /// <param name="budgets">Of as many resources.</param>
    /// <exception cref="ForageException">Outcomes are pending.</exception>
    public void NextDay(ResourceBudgets budgets)
    {
        if (Pending > 0) BudgetThrow.Wrong($"A new day cannot begin while {Pending} outcomes are pending; expected them to be learnt or cancelled first.");
        if (budgets.Resources != _prices.Length) BudgetThrow.Wrong($"Budgets of {budgets.Resources} resources were given; expected {_prices.Length}.");
        (Ledger, Decided) = (new BudgetLedger(budgets), 0);
    }

    /// <summary>Writes everything, pending reservations included.</summary>
    public void Save(ModelWriter writer)
    {
        writer.BeginChunk(Tag, 1);
        writer.Write(_options.NullAction);
        writer.Write(_options.PriceStep);
        writer.Write(_largest);
        writer.Write(_prices);
        writer.Write(Decided);
        foreach (var sum in _reserved) writer.Write(sum.Parts);
        writer.EndChunk();
        Ledger.Save(writer);
        Explorer.Save(writer);
    }

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    public static BudgetedPolicy Load(ModelReader reader)
    {
        reader.BeginChunk(Tag, 1);
        int zero = reader.ReadInt32();
        double step = reader.ReadDouble();
        double[] largest = reader.ReadDoubles(), prices = reader.ReadDoubles();
        long decided = reader.ReadInt64();
        double[][] reserved = [.. largest.Select(_ => reader.ReadDoubles())];
        reader.EndChunk();
        var ledger = BudgetLedger.Load(reader);
        var policy = new BudgetedPolicy(ContextualBandit.Load(reader), ledger.Budgets, new() { NullAction = zero, PriceStep = step, Largest = largest }) { Ledger = ledger, Decided = decided };
        prices.CopyTo(policy._prices, 0);
        for (int i = 0; i < reserved.Length; i++)
            foreach (double part in reserved[i]) policy._reserved[i].Add(part);
        return policy;
    }

    /// <inheritdoc/>
    public void Dispose() => Explorer.Dispose();

    private void CheckPending(ReadOnlySpan<double> reserved)
    {
        if (Pending <= 0) BudgetThrow.Wrong($"An outcome was reported, but none of {Decided} decisions is pending.");
        if (reserved.Length != _prices.Length) BudgetThrow.Wrong($"Reservations of {reserved.Length} resources were given; expected {_prices.Length}.");
    }

    private void Release(ReadOnlySpan<double> reserved)
    {
        for (int i = 0; i < _reserved.Length; i++) _reserved[i].Add(-reserved[i]);
    }

    private void Move(ReadOnlySpan<double> consumption)
    {
        for (int i = 0; i < _prices.Length; i++)
        {
            double limit = Ledger.Budgets.Limits[i] / _largest[i], rate = limit / Ledger.Budgets.Horizon;
            if (!(limit > 0)) continue;
            double over = (consumption.IsEmpty ? 0 : consumption[i] / _largest[i]) - rate;
            _prices[i] = Math.Clamp(_prices[i] + _options.PriceStep / Math.Sqrt(limit) * over, 0, Math.Max(1, 1 / rate));
        }
    }
}
