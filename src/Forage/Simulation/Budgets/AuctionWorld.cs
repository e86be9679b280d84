using System.Globalization;
using Forage.Budgets;
using Forage.Data;

namespace Forage.Simulation.Budgets;

/// <summary>
/// Bidding on a budget, from a file of real auctions: lines of <c>click market-price predicted-click-rate</c> with blanks between, as the iPinYou data have it. A context is a class of predicted click rates, equally many auctions in each;
/// an action is a bid; a bid wins if the market price is at most that, and then pays it. The probability of winning, the mean price of what is won and its share of clicks are the file's.
/// </summary>
/// <remarks>Rewards are clicks over the highest click rate of any class and bid, prices are over the highest of the file: both are in [0, 1], and a world keeps the scales. Price and click are taken at their means once an auction is won.</remarks>
public static class AuctionWorld
{
    /// <summary>Reads a file; gzip is recognised.</summary>
    /// <param name="path">The file.</param>
    /// <param name="classes">Classes of predicted click rates.</param>
    /// <param name="bids">Bids: the quantiles 1/bids, 2/bids, …, 1 of market prices; K is one more.</param>
    /// <param name="horizon">T, auctions.</param>
    /// <param name="money">The budget, as a share of what winning every auction would cost.</param>
    /// <exception cref="ForageException">The file is not there, or a line is not three numbers.</exception>
    public static BudgetedWorld Read(string path, int classes, int bids, long horizon, double money)
    {
        if (classes < 1 || bids < 1 || !(money > 0 && double.IsFinite(money))) throw new ForageException(FormattableString.Invariant($"{classes} classes, {bids} bids and a budget of {money} were asked for; expected at least 1 of the first two and a positive budget."));
        var auctions = Auctions(path);
        if (auctions.Count < classes * bids) throw new ForageException($"'{path}' has {auctions.Count} auctions; expected at least {classes * bids}.");
        double[] prices = [.. auctions.Select(a => a.Price).Order()];
        double highest = prices[^1];
        if (!(highest > 0)) throw new ForageException($"No auction of '{path}' has a market price above 0.");
        auctions.Sort((a, b) => a.Rate.CompareTo(b.Rate)); // equal rates keep together well enough: they are told apart by their place
        int k = bids + 1;
        double[] probabilities = new double[classes], won = new double[classes * k], clicks = new double[classes * k], paid = new double[classes * k];
        for (int x = 0; x < classes; x++)
        {
            int from = (int)((long)auctions.Count * x / classes), to = (int)((long)auctions.Count * (x + 1) / classes);
            probabilities[x] = (to - from) / (double)auctions.Count;
            for (int a = 1; a < k; a++)
            {
                double bid = prices[Math.Min(prices.Length - 1, (int)Math.Ceiling((double)prices.Length * a / bids) - 1)];
                int cell = x * k + a, wins = 0;
                for (int i = from; i < to; i++)
                {
                    if (auctions[i].Price > bid) continue;
                    wins++;
                    clicks[cell] += auctions[i].Click;
                    paid[cell] += auctions[i].Price / highest;
                }
                won[cell] = wins / (double)(to - from);
                clicks[cell] /= Math.Max(1, wins);
                paid[cell] /= Math.Max(1, wins);
            }
        }
        double most = clicks.Max();
        if (!(most > 0)) throw new ForageException($"No auction of '{path}' was clicked.");
        for (int i = 0; i < clicks.Length; i++) clicks[i] /= most;
        return new BudgetedWorld(probabilities, won, clicks, paid, new ResourceBudgets(horizon, [money * horizon * prices.Average() / highest]));
    }

    private static List<(double Click, double Price, double Rate)> Auctions(string path)
    {
        var auctions = new List<(double, double, double)>();
        using var bytes = new MemoryStream();
        using (var file = ByteSource.File(path).Open())
        {
            byte[] block = new byte[1 << 16];
            for (int n; (n = file.Read(block)) > 0;) bytes.Write(block, 0, n);
        }
        bytes.Position = 0;
        using var reader = new StreamReader(bytes);
        for (int line = 1; reader.ReadLine() is { } text; line++)
        {
            if (text.Length == 0) continue;
            string[] parts = text.Split((char[])[' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
            if (parts.Length != 3 || !Number(parts[0], out double click) || !Number(parts[1], out double price) || !Number(parts[2], out double rate) || click is not (0 or 1) || price < 0)
                throw new ForageException($"Line {line} of '{path}' is '{text}'; expected a click of 0 or 1, a market price and a predicted click rate.");
            auctions.Add((click, price, rate));
        }
        return auctions;
    }

    private static bool Number(string text, out double value) => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out value) && double.IsFinite(value);
}
