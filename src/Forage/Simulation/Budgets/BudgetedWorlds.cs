using Forage.Budgets;
using Forage.Features;

namespace Forage.Simulation.Budgets;

/// <summary>Worlds of the applications that paper 01 names.</summary>
public static class BudgetedWorlds
{
    /// <summary>
    /// Ads with advertisers' budgets: users of a few kinds, action a shows the ad of advertiser a, who pays his bid for a click out of his own budget. Advertisers' click rates differ by kind of user, so budgets are best spent on those who like the ad.
    /// </summary>
    /// <param name="kinds">Kinds of users, equally frequent.</param>
    /// <param name="advertisers">Advertisers; K is one more.</param>
    /// <param name="horizon">T.</param>
    /// <param name="share">Each budget is this share of what the advertiser would pay were he shown always.</param>
    /// <param name="rng">Draws bids and click rates.</param>
    public static BudgetedWorld AdAllocation(int kinds, int advertisers, long horizon, double share, ref Rng rng)
    {
        if (!(share > 0)) throw new ForageException(FormattableString.Invariant($"Budgets of a share of {share} were asked for; expected a positive number."));
        int k = advertisers + 1;
        double[] probabilities = new double[kinds], clicks = new double[kinds * k], rewards = new double[kinds * k], paid = new double[kinds * k * advertisers], bids = new double[advertisers], limits = new double[advertisers];
        Array.Fill(probabilities, 1.0 / kinds);
        foreach (ref double bid in bids.AsSpan()) bid = 0.3 + 0.7 * rng.NextDouble();
        for (int x = 0; x < kinds; x++)
        {
            for (int a = 1; a < k; a++)
            {
                int cell = x * k + a;
                clicks[cell] = 0.02 + 0.5 * Math.Pow(rng.NextDouble(), 3);
                paid[cell * advertisers + a - 1] = rewards[cell] = bids[a - 1];
                limits[a - 1] += share * horizon * clicks[cell] * bids[a - 1] / kinds;
            }
        }
        return new BudgetedWorld(probabilities, clicks, rewards, paid, new ResourceBudgets(horizon, limits));
    }

    /// <summary>
    /// Selling a limited supply at prices made to the customer: action a offers price a/(K-1), a customer of kind x buys if his value, uniform in [low_x, low_x + ½], is at least that. A sale earns the price and takes one unit. Demand has Lipschitz constant 2.
    /// </summary>
    /// <param name="kinds">Kinds of customers, equally frequent; low_x goes evenly from 0 to ½.</param>
    /// <param name="prices">Number of prices 1/prices, …, 1; K is one more.</param>
    /// <param name="horizon">T, customers.</param>
    /// <param name="supply">B, units.</param>
    public static BudgetedWorld DynamicPricing(int kinds, int prices, long horizon, double supply) => DynamicPricing(kinds, [double.NaN, .. Enumerable.Range(1, prices).Select(a => (double)a / prices)], horizon, supply);

    /// <summary>The same at any prices.</summary>
    /// <param name="kinds">Kinds of customers.</param>
    /// <param name="prices">The price of each action, in [0, 1]; that of action 0, which offers nothing, is not used.</param>
    /// <param name="horizon">T.</param>
    /// <param name="supply">B.</param>
    public static BudgetedWorld DynamicPricing(int kinds, ReadOnlySpan<double> prices, long horizon, double supply)
    {
        int k = prices.Length;
        double[] probabilities = new double[kinds], sales = new double[kinds * k], rewards = new double[kinds * k], units = new double[kinds * k];
        Array.Fill(probabilities, 1.0 / kinds);
        for (int x = 0; x < kinds; x++)
        {
            for (int a = 1; a < k; a++)
            {
                sales[x * k + a] = SalesRate(x, kinds, prices[a]);
                (rewards[x * k + a], units[x * k + a]) = (prices[a], 1);
            }
        }
        return new BudgetedWorld(probabilities, sales, rewards, units, new ResourceBudgets(horizon, [supply]));
    }

    /// <summary>S(p|x), the probability that a customer of a kind buys at a price.</summary>
    public static double SalesRate(int kind, int kinds, double price) => Math.Clamp((Low(kind, kinds) + 0.5 - price) / 0.5, 0, 1);

    /// <summary>
    /// Buying work on a budget: action a offers price a/(K-1) for a job, a worker of kind x takes it if his cost, uniform in [low_x, low_x + ½], is at most that. A job done earns 1 and takes the price out of the budget.
    /// </summary>
    /// <param name="kinds">Kinds of workers, equally frequent; low_x goes evenly from 0 to ½.</param>
    /// <param name="prices">Number of prices 1/prices, …, 1; K is one more.</param>
    /// <param name="horizon">T, workers.</param>
    /// <param name="money">B, in units of the greatest price.</param>
    public static BudgetedWorld Procurement(int kinds, int prices, long horizon, double money)
    {
        int k = prices + 1;
        double[] probabilities = new double[kinds], taken = new double[kinds * k], rewards = new double[kinds * k], paid = new double[kinds * k];
        Array.Fill(probabilities, 1.0 / kinds);
        for (int x = 0; x < kinds; x++)
        {
            double low = Low(x, kinds);
            for (int a = 1; a < k; a++)
            {
                double price = (double)a / prices;
                taken[x * k + a] = Math.Clamp((price - low) / 0.5, 0, 1);
                (rewards[x * k + a], paid[x * k + a]) = (1, price);
            }
        }
        return new BudgetedWorld(probabilities, taken, rewards, paid, new ResourceBudgets(horizon, [money]));
    }

    /// <summary>Every action succeeds, earns and consumes at random, all numbers uniform in [0, 1]; each budget is the same share of the rounds.</summary>
    /// <param name="contexts">Contexts, equally frequent.</param>
    /// <param name="actions">K.</param>
    /// <param name="resources">R.</param>
    /// <param name="horizon">T.</param>
    /// <param name="budget">B_i/T, in (0, 1].</param>
    /// <param name="rng">Draws it.</param>
    public static BudgetedWorld Random(int contexts, int actions, int resources, long horizon, double budget, ref Rng rng)
    {
        if (!(budget is > 0 and <= 1)) throw new ForageException(FormattableString.Invariant($"A budget of {budget} a round was asked for; expected one above 0, at most 1."));
        double[] probabilities = new double[contexts], events = new double[contexts * actions], rewards = new double[contexts * actions], used = new double[contexts * actions * resources], limits = new double[resources];
        Array.Fill(probabilities, 1.0 / contexts);
        Array.Fill(limits, budget * horizon);
        for (int cell = 0; cell < events.Length; cell++)
        {
            if (cell % actions == 0) continue;
            (events[cell], rewards[cell]) = (rng.NextDouble(), rng.NextDouble());
            for (int i = 0; i < resources; i++) used[cell * resources + i] = rng.NextDouble();
        }
        return new BudgetedWorld(probabilities, events, rewards, used, new ResourceBudgets(horizon, limits));
    }

    /// <summary>Footnote 2: two actions that earn 1 and use up a resource each, with T/2 of both. The best fixed policy earns T/2, taking turns earns T.</summary>
    public static BudgetedWorld TakingTurns(long horizon)
        => new([1], [0, 1, 1], [0, 1, 1], [0, 0, 1, 0, 0, 1], new ResourceBudgets(horizon, [horizon / 2.0, horizon / 2.0]));

    private static double Low(int kind, int kinds) => kinds == 1 ? 0.25 : 0.5 * kind / (kinds - 1);
}
