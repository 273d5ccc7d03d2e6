<?php
// What billing modules in PHP do with OMA: `oma_client.php URL CA USER PASSWORD DOMAIN`. Says what came of each step.
[, $url, $ca, $user, $password, $domain] = $argv;
$token = null; // in the password's place

function call(string $method, array $members = []): array {
    global $url, $ca, $user, $password, $token;
    $secret = $token === null ? ['password' => $password] : ['token' => $token];
    $body = json_encode(['credentials' => ['user' => $user, 'client' => 'billing 1.0'] + $secret] + $members);
    $context = stream_context_create([
        'http' => ['method' => 'POST', 'header' => "Content-Type: application/json\r\n", 'content' => $body, 'ignore_errors' => true],
        'ssl' => ['cafile' => $ca, 'verify_peer' => true],
    ]);
    $text = file_get_contents("$url/api/$method", false, $context);
    if (!str_contains($http_response_header[0], ' 200 ')) throw new Exception("$method: {$http_response_header[0]} $text");
    // Old modules look for this text before they decode anything.
    $is_good = str_contains($text, '"success":true,');
    $reply = json_decode($text, true, 64, JSON_THROW_ON_ERROR);
    if ($is_good !== $reply['success']) throw new Exception("$method: the text and what it says differ: $text");
    if (!preg_match('/, "audit":"[^"]+"}$/', $text)) throw new Exception("$method: audit does not come last: $text");
    return $reply;
}

function said(string $step, array $reply): array {
    echo $step, ' ', $reply['success'] ? 'ok' : "error {$reply['error_number']}", "\n";
    return $reply;
}

said('authenticate', call('authenticate'));
said('make the domain', call('change_domain', ['domain' => $domain, 'attributes' => []]));
said('ask for nobody', call('get_user', ['user' => "joe@$domain"]));
said('make a user', call('change_user', ['user' => "joe@$domain", 'create_only' => 1, 'attributes' => ['password' => 'correct horse', 'name' => 'Joe Doe']]));
said('make it again', call('change_user', ['user' => "joe@$domain", 'create_only' => 1, 'attributes' => ['password' => 'correct horse']]));
$joe = said('ask for the user', call('get_user', ['user' => "joe@$domain"]));
echo "account {$joe['attributes']['account']}, name {$joe['attributes']['name']}, type {$joe['type']}\n";
said('change much', call('change_user', ['user' => "joe@$domain", 'attributes' => [
    'quota' => '1000000', 'aliases' => ['joseph', 'joey'], 'forward_recipients' => ['joe@far.example'], 'delivery_forward' => '1', 'delivery_local' => true,
    'autoresponder' => "I'm away.\nReally.", 'delivery_autoresponder' => 'T', 'service_pop3' => 'disabled', 'spamlevel' => 'High', 'timezone' => 'Europe/Berlin']]));
$joe = said('ask again', call('get_user', ['user' => "joe@$domain"]))['attributes'];
sort($joe['aliases']);
echo "quota {$joe['quota']}, aliases ", implode(' ', $joe['aliases']), ', forward ', implode(' ', $joe['forward_recipients']), ", POP {$joe['service_pop3']}, zone {$joe['timezone']}\n";
said('an unknown attribute', call('change_user', ['user' => "joe@$domain", 'attributes' => ['quato' => 1]]));
said('a wrong value', call('change_user', ['user' => "joe@$domain", 'attributes' => ['quota' => 'much']]));
said('rename', call('rename_user', ['user' => "joe@$domain", 'new_name' => "jim@$domain"]));
$found = said('search', call('search_users', ['criteria' => ['domain' => $domain, 'match' => 'j*']]));
$names = array_map(fn($one) => "{$one['user']}/{$one['type']}", $found['users']);
sort($names);
echo 'found ', implode(' ', $names), "\n";
said('delete', call('delete_user', ['user' => "jim@$domain"]));
said('it is gone', call('get_user', ['user' => "jim@$domain"]));
said('restore', call('restore_user', ['user' => "jim@$domain", 'new_name' => "jack@$domain"]));
said('it is back', call('get_user', ['user' => "jack@$domain"]));
$done = said('what was done', call('get_user_changes', ['user' => "jack@$domain"]))['changes'];
echo "by {$done[0]['user']} with {$done[0]['application']}\n";
$quotas = said('what the quota was', call('get_user_attribute_history', ['user' => "jack@$domain", 'attribute' => 'quota']))['history'];
echo 'set to ', in_array('1000000', array_column($quotas, 'to'), true) ? '1000000' : 'nothing', "\n";
$token = said('a session', call('authenticate', ['generate_session_token' => true, 'session_token_duration' => 60]))['session_token'];
said('by its token', call('get_domain', ['domain' => $domain]));
$token = said("a token of one's own", call('generate_token', ['user' => $user, 'reason' => 'billing', 'type' => 'oma', 'duration' => 1]))['token'];
said('by that token', call('get_domain', ['domain' => $domain]));
$token = said('a token for once', call('generate_token', ['user' => $user, 'reason' => 'portal', 'type' => 'sso', 'duration' => 1]))['token'];
said('by that one', call('authenticate'));
said('and again', call('authenticate'));
$token = null;
$admins = said('administrators', call('search_admins'))['admins'];
$admin = array_values(array_filter($admins, fn($one) => $one['user'] === $user && $one['type'] === 'company'))[0];
echo "found {$admin['user']} {$admin['type']}\n";
said('delete again', call('delete_user', ['user' => "jack@$domain"]));
said('delete the domain', call('delete_domain', ['domain' => $domain]));
said("another's domain", call('get_domain', ['domain' => "elsewhere-$domain"]));
$password = 'wrong';
said('a wrong password', call('authenticate'));
