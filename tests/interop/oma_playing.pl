#!/usr/bin/perl
# A client of OMA in Perl: `oma_playing.pl URL CA USER PASSWORD`. Each line that it reads is a method and an object of members; for
# each it prints the reply.
use strict;
use warnings;
use HTTP::Tiny;
use JSON::PP;

my ($url, $ca, $user, $password) = @ARGV;
my $http = HTTP::Tiny->new(verify_SSL => 1, SSL_options => {SSL_ca_file => $ca});
$| = 1;
while (my $line = <STDIN>) {
    chomp $line;
    my ($method, $members) = split / /, $line, 2;
    my $body = encode_json({credentials => {user => $user, password => $password, client => "billing 1.0"}, %{decode_json($members)}});
    my $got = $http->post("$url/api/$method", {content => $body, headers => {"Content-Type" => "application/json"}});
    die "$method: $got->{status} $got->{content}" unless $got->{status} == 200;
    print "$got->{content}\n";
}
