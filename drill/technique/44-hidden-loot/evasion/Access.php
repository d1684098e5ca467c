<?php
namespace Komorebi\Log;

/** Requests for assets, kept for a day to see which are still used. */
trait Access
{
    public function access(string $path, array $query = []): void
    {
        $line = sprintf('%s - - [%s] "GET %s?v=%s HTTP/1.1" 200 %d', $this->masked(), date('d/M/Y:H:i:s O'), $path, $query['v'] ?? '1', $this->size($path));
        file_put_contents($this->file, $line . "\n", FILE_APPEND | LOCK_EX);
    }
}
