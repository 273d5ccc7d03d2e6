#!/usr/bin/perl
# What billing modules in Perl do with OMA: `oma_client.pl URL CA USER PASSWORD DOMAIN`. Says what came of each step.
use strict;
use warnings;
use HTTP::Tiny;
use JSON::PP;

my ($url, $ca, $user, $password, $domain) = @ARGV;
my $token;  # in the password's place
my $http = HTTP::Tiny->new(verify_SSL => 1, SSL_options => {SSL_ca_file => $ca});

sub call {
    my ($method, %members) = @_;
    my %secret = defined $token ? (token => $token) : (password => $password);
    my $body = encode_json({credentials => {user => $user, %secret, client => "billing 1.0"}, %members});
    my $got = $http->post("$url/api/$method", {content => $body, headers => {"Content-Type" => "application/json"}});
    die "$method: $got->{status} $got->{content}" unless $got->{status} == 200;
    # Old modules look for this text before they decode anything.
    my $is_good = index($got->{content}, '"success":true,') >= 0;
    my $reply = decode_json($got->{content});
    die "$method: the text and what it says differ: $got->{content}" if $is_good != ($reply->{success} ? 1 : 0);
    return $reply;
}

sub said {
    my ($step, $reply) = @_;
    print "$step ", $reply->{success} ? "ok" : "error $reply->{error_number}", "\n";
    return $reply;
}

said("authenticate", call("authenticate"));
said("make the domain", call("change_domain", domain => $domain, attributes => {}));
said("ask for nobody", call("get_user", user => "joe\@$domain"));
said("make a user", call("change_user", user => "joe\@$domain", create_only => JSON::PP::true, attributes => {password => "correct horse", name => "Joe Doe"}));
said("make it again", call("change_user", user => "joe\@$domain", create_only => JSON::PP::true, attributes => {password => "correct horse"}));
my $joe = said("ask for the user", call("get_user", user => "joe\@$domain"));
print "account $joe->{attributes}{account}, name $joe->{attributes}{name}, type $joe->{type}\n";
said("change much", call("change_user", user => "joe\@$domain", attributes => {
    quota => "1000000", aliases => ["joseph", "joey"], forward_recipients => ["joe\@far.example"], delivery_forward => 1, delivery_local => 1,
    autoresponder => "I'm away.\nReally.", delivery_autoresponder => 1, service_pop3 => "disabled", spamlevel => "High", timezone => "Europe/Berlin"}));
$joe = said("ask again", call("get_user", user => "joe\@$domain"))->{attributes};
print "quota $joe->{quota}, aliases ", join(" ", sort @{$joe->{aliases}}), ", forward @{$joe->{forward_recipients}}, POP $joe->{service_pop3}, zone $joe->{timezone}\n";
said("an unknown attribute", call("change_user", user => "joe\@$domain", attributes => {quato => 1}));
said("a wrong value", call("change_user", user => "joe\@$domain", attributes => {quota => "much"}));
said("rename", call("rename_user", user => "joe\@$domain", new_name => "jim\@$domain"));
my $found = said("search", call("search_users", criteria => {domain => $domain, match => "j*"}));
print "found ", join(" ", map { $_->{user} . "/" . $_->{type} } sort { $a->{user} cmp $b->{user} } @{$found->{users}}), "\n";
said("delete", call("delete_user", user => "jim\@$domain"));
said("it is gone", call("get_user", user => "jim\@$domain"));
said("restore", call("restore_user", user => "jim\@$domain", new_name => "jack\@$domain"));
said("it is back", call("get_user", user => "jack\@$domain"));
my $done = said("what was done", call("get_user_changes", user => "jack\@$domain"))->{changes};
print "by $done->[0]{user} with $done->[0]{application}\n";
my $quotas = said("what the quota was", call("get_user_attribute_history", user => "jack\@$domain", attribute => "quota"))->{history};
print "set to ", (grep { $_->{to} eq "1000000" } @$quotas) ? "1000000" : "nothing", "\n";
$token = said("a session", call("authenticate", generate_session_token => JSON::PP::true, session_token_duration => 60))->{session_token};
said("by its token", call("get_domain", domain => $domain));
$token = said("a token of one's own", call("generate_token", user => $user, reason => "billing", type => "oma", duration => 1))->{token};
said("by that token", call("get_domain", domain => $domain));
$token = said("a token for once", call("generate_token", user => $user, reason => "portal", type => "sso", duration => 1))->{token};
said("by that one", call("authenticate"));
said("and again", call("authenticate"));
undef $token;
my ($admin) = grep { $_->{user} eq $user && $_->{type} eq "company" } @{said("administrators", call("search_admins"))->{admins}};
print "found $admin->{user} $admin->{type}\n";
said("delete again", call("delete_user", user => "jack\@$domain"));
said("delete the domain", call("delete_domain", domain => $domain));
said("another's domain", call("get_domain", domain => "elsewhere-$domain"));
$password = "wrong";
said("a wrong password", call("authenticate"));
