namespace Forage.Data;

/// <summary>Reads a log and, on the way, writes its cache. The cache appears under its name only when the whole log was read.</summary>
/// <typeparam name="TBatch">Kind of batch.</typeparam>
/// <param name="inner">The log.</param>
/// <param name="path">Where the cache goes.</param>
/// <param name="recipe">What the cache belongs to; see <see cref="CacheWriter{TBatch}"/>.</param>
public sealed class CachingReader<TBatch>(IBatchReader<TBatch> inner, string path, string recipe) : IBatchReader<TBatch> where TBatch : RecordBatch, new()
{
    /// <inheritdoc/>
    public string Name => inner.Name;

    /// <inheritdoc/>
    public long? StoredBytes => inner.StoredBytes;

    /// <inheritdoc/>
    public long StoredBytesRead => inner.StoredBytesRead;

    /// <inheritdoc/>
    /// <exception cref="ForageException">As the log's own reader, or the cache cannot be written, or something else has its name.</exception>
    public ReadSummary Read(Action<TBatch> consume, CancellationToken cancel = default)
    {
        RequireCache();
        string partial = path + ".partial";
        bool whole = false;
        try
        {
            ReadSummary summary;
            using (var writer = new CacheWriter<TBatch>(Create(partial), recipe))
            {
                summary = inner.Read(batch =>
                {
                    writer.Add(batch);
                    consume(batch);
                }, cancel);
                if (cancel.IsCancellationRequested) return summary;
                writer.Finish();
            }
            File.Move(partial, path, overwrite: true);
            whole = true;
            return summary;
        }
        finally
        {
            if (!whole) File.Delete(partial);
        }
    }

    /// <summary>A cache that is out of date is written anew; anything else of that name is the user's.</summary>
    private void RequireCache()
    {
        if (!File.Exists(path)) return;
        using var there = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        if (there.Length > 0 && !CacheFormat.IsCache(there)) throw new ForageException($"'{path}' is not a cache of Forage and would be overwritten by one; give the cache another name.");
    }

    private static FileStream Create(string partial)
    {
        try
        {
            return new FileStream(partial, FileMode.Create, FileAccess.Write, FileShare.None, 1 << 16);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ForageException($"Cannot write the cache '{partial}': {e.Message}", e);
        }
    }
}
