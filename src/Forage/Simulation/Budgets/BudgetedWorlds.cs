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
    public static BudgetedWorld DynamicPricing(int kinds, int prices, long horizon, double supply)
    {
        int k = prices + 1;
        double[] probabilities = new double[kinds], sales = new double[kinds * k], rewards = new double[kinds * k], units = new double[kinds * k];
        Array.Fill(probabilities, 1.0 / kinds);
        for (int x = 0; x < kinds; x++)
        {
            double low = kinds == 1 ? 0.25 : 0.5 * x / (kinds - 1);
            for (int a = 1; a < k; a++)
            {
                double price = (double)a / prices;
                sales[x * k + a] = Math.Clamp((low + 0.5 - price) / 0.5, 0, 1);
                (rewards[x * k + a], units[x * k + a]) = (price, 1);
            }
        }
        return new BudgetedWorld(probabilities, sales, rewards, units, new ResourceBudgets(horizon, [supply]));
    }

    /// <summary>Footnote 2: two actions that earn 1 and use up a resource each, with T/2 of both. The best fixed policy earns T/2, taking turns earns T.</summary>
    public static BudgetedWorld TakingTurns(long horizon)
        => new([1], [0, 1, 1], [0, 1, 1], [0, 0, 1, 0, 0, 1], new ResourceBudgets(horizon, [horizon / 2.0, horizon / 2.0]));
}
