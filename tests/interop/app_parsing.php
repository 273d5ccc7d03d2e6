<?php
// A client of APP in PHP, as billing modules are: as app_parsing.pl, but it sends each request before it has read the reply to the
// one before, names attributes in upper case, and ends its lines with LF alone.
[$_, $port, $ca, $version] = $argv;
$context = stream_context_create(['ssl' => ['cafile' => $ca, 'peer_name' => 'localhost']]);
$socket = stream_socket_client("tls://localhost:$port", $errno, $error, 20, STREAM_CLIENT_CONNECT, $context);
if (!$socket) {
    fwrite(STDERR, "cannot connect: $error\n");
    exit(1);
}

function message($socket) {
    $lines = [];
    while (($line = fgets($socket)) !== false) {
        $line = rtrim($line, "\r\n");
        if ($line === '.') return $lines;
        $lines[] = str_starts_with($line, '..') ? substr($line, 1) : $line;
    }
    fwrite(STDERR, "the server closed the connection\n");
    exit(1);
}

function parsed($lines, $version) {
    $status = array_shift($lines);
    if (!preg_match('/^(OK|ER) (\d+)/', $status, $found)) exit("no status: $status\n");
    $reply = ['status' => $found[1], 'number' => (int)$found[2]];
    if ($found[1] === 'ER' || !$lines) return $reply;
    if (preg_match('/^[A-Z_]+="/', $lines[0])) {
        preg_match_all('/([A-Z_]+)="((?:[^"]|"")*)"/', $lines[0], $pairs, PREG_SET_ORDER);
        $reply['record'] = new stdClass();
        foreach ($pairs as $pair) $reply['record']->{$pair[1]} = str_replace('""', '"', $pair[2]);
        return $reply;
    }
    $separator = $version === '3.5' ? ',' : ' ';
    $reply['columns'] = explode($separator, array_shift($lines));
    $reply['rows'] = [];
    foreach ($lines as $line) {
        if ($version !== '3.5' && $line === ',') continue;
        preg_match_all('/"((?:[^"]|"")*)"/', $line, $values);
        $reply['rows'][] = array_map(fn($value) => str_replace('""', '"', $value), $values[1]);
    }
    return $reply;
}

$change = '';
$waiting = 0;
function take() {
    global $socket, $version, $change, $waiting;
    $reply = parsed(message($socket), $version);
    if (isset($reply['record']->CHANGE)) $change = $reply['record']->CHANGE;
    $waiting--;
    echo json_encode($reply, JSON_UNESCAPED_UNICODE | JSON_UNESCAPED_SLASHES), "\n";
}

message($socket);
fwrite($socket, "ver VER=$version\n.\n");
message($socket);
while (($request = fgets(STDIN)) !== false) {
    $request = rtrim($request, "\n");
    $request = preg_replace_callback('/([a-z_]+)="/', fn($found) => strtoupper($found[1]) . '="', $request);
    fwrite($socket, str_replace('$CHANGE', $change, $request) . "\n.\n");
    if (++$waiting > 1) take();
}
while ($waiting > 0) take();
