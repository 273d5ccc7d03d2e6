<?php
// A client of OMA in PHP, as oma_playing.pl; an empty object is an empty list here.
[, $url, $ca, $user, $password] = $argv;
while (($line = fgets(STDIN)) !== false) {
    [$method, $members] = explode(' ', rtrim($line, "\n"), 2);
    $body = json_encode(['credentials' => ['user' => $user, 'password' => $password, 'client' => 'billing 1.0']] + json_decode($members, true, 64, JSON_THROW_ON_ERROR));
    $context = stream_context_create([
        'http' => ['method' => 'POST', 'header' => "Content-Type: application/json\r\n", 'content' => $body, 'ignore_errors' => true],
        'ssl' => ['cafile' => $ca, 'verify_peer' => true],
    ]);
    $text = file_get_contents("$url/api/$method", false, $context);
    if (!str_contains($http_response_header[0], ' 200 ')) throw new Exception("$method: {$http_response_header[0]} $text");
    echo $text, "\n";
}
